/// The one place where durable metadata lives: keys, volumes, snapshots, settings and audit events
/// as small values under ordered text keys, with atomic commits that can insist on what they
/// replace.
///
/// Block maps, manifests and anything that grows with a volume stay out: this interface is to be
/// carried by a cluster some day. Every store is thread-safe. May be imported by the rooms that
/// keep state; imports only the JDK, and [io.blockseal.meta.RocksDbMetadataStore] alone imports
/// `org.rocksdb`.
@NullMarked
package io.blockseal.meta;

import org.jspecify.annotations.NullMarked;
