/// Geometry of a volume file: which chunk and unit a byte belongs to, and where their stored forms
/// lie in the file. Pure arithmetic over longs; nothing here does I/O or knows a cipher.
///
/// Threads: everything is immutable. May be imported by every room of the data plane; imports only
/// the JDK.
@NullMarked
package io.blockseal.volume.block;

import org.jspecify.annotations.NullMarked;
