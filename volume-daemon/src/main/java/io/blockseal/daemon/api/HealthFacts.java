package io.blockseal.daemon.api;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a daemon is, and how it does. Immutable.
///
/// @param started by the wall clock, ISO 8601
/// @param mount where volumes appear; null without FUSE
/// @param kms `embedded`, or the endpoint of another one
/// @param aes what computes AES
/// @param troubles what somebody has to see to, a sentence each, asked at every call
public record HealthFacts(
    String version,
    String started,
    List<String> regions,
    @Nullable String mount,
    String kms,
    Supplier<String> aes,
    Supplier<List<String>> troubles) {}
