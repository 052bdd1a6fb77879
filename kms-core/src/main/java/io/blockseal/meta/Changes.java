package io.blockseal.meta;

import java.util.Set;

/// Which keys under a watched prefix were put or deleted since the watcher's previous call.
///
/// @param keys the keys; what they hold now has to be read
/// @param complete false if so many keys changed that some are not named: read the prefix afresh
public record Changes(Set<String> keys, boolean complete) {
  public Changes {
    keys = Set.copyOf(keys);
  }
}
