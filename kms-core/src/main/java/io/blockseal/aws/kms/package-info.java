/// The shapes of AWS KMS as generated from its service model: requests, responses, enums, errors
/// and the service's interface, with its operation table. Everything is immutable.
///
/// The generated sources are in `target/generated-sources/aws`; which operations are served is a
/// list in `scripts/update-models.sh`. Any room may import this one.
@NullMarked
package io.blockseal.aws.kms;

import org.jspecify.annotations.NullMarked;
