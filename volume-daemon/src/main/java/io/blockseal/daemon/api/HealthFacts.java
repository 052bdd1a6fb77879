package io.blockseal.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a daemon is. Immutable.
///
/// @param started by the wall clock, ISO 8601
/// @param mount where volumes appear; null without FUSE
/// @param kms `embedded`, or the endpoint of another one
public record HealthFacts(
    String version, String started, List<String> regions, @Nullable String mount, String kms) {}
