package io.blockseal.meta;

/// A running watch of a prefix; closing it ends the calls.
///
/// A call that is under way when [#close] is called may still finish after it. Thread-safe.
public interface Watch extends AutoCloseable {
  @Override
  void close();
}
