/// What the generated records say about themselves: names, types, constraints and wire names,
/// member by member.
///
/// The wire protocols, validation and text forms are written once over these descriptions, so
/// nothing reflects and nothing is written once per operation. Everything is immutable. Imported by
/// the generated shapes and by the rest of `io.blockseal.aws`; other rooms meet it only as
/// `X.SHAPE` and `XModel.SERVICE`.
@NullMarked
package io.blockseal.aws.shape;

import org.jspecify.annotations.NullMarked;
