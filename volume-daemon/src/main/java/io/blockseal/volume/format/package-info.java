/// What the files of a volume look like, byte by byte: header, epoch table, journal entries and the
/// small companion files. Pure: bytes to values and back, no I/O. Every byte layout is a table in
/// the class that owns it; all integers are little-endian.
///
/// Parsers look at length, magic, version and checksum before anything else and answer what they do
/// not like with a [FormatException].
///
/// Threads: values are immutable, the rest is stateless. May be imported by `engine`, `snapshot`
/// and tools that look at volume files; imports the JDK, `io.blockseal.secret` and
/// `io.blockseal.json`.
@NullMarked
package io.blockseal.volume.format;

import org.jspecify.annotations.NullMarked;
