/// JSON as plain Java values, for the places that have no generated shape: volume headers, policy
/// documents, the daemon's own small API, command-line output.
///
/// Threads: stateless. May be imported by every room; imports only Jackson's streaming core.
@NullMarked
package io.blockseal.json;

import org.jspecify.annotations.NullMarked;
