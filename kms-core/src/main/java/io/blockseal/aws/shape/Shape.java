package io.blockseal.aws.shape;

import org.jspecify.annotations.Nullable;

/// The type of a value in an AWS model, with its constraints. Immutable.
///
/// | shape | value in Java |
/// |---|---|
/// | [Text] | `String` |
/// | [Choice] | a [WireEnum] |
/// | [Whole] | `Integer` or `Long` |
/// | [Flag] | `Boolean` |
/// | [Moment] | `java.time.Instant` |
/// | [Binary] | `io.blockseal.aws.Blob` |
/// | [Listing] | `java.util.List` |
/// | [Mapping] | `java.util.Map` with `String` keys |
/// | [StructureShape] | a generated record |
public sealed interface Shape
    permits Choice,
        Shape.Binary,
        Shape.Flag,
        Shape.Listing,
        Shape.Mapping,
        Shape.Moment,
        Shape.Text,
        Shape.Whole,
        StructureShape {

  /// The name that the model gives it.
  String name();

  /// A string; `pattern` must match the whole of it.
  record Text(String name, Range length, @Nullable PatternConstraint pattern, boolean sensitive)
      implements Shape {}

  /// Bytes.
  record Binary(String name, Range length, boolean sensitive) implements Shape {}

  /// An integer of 32 bits, or 64 if `wide`.
  record Whole(String name, boolean wide, Range value) implements Shape {}

  record Flag(String name) implements Shape {}

  record Moment(String name) implements Shape {}

  /// A list; `elementName` is what a Query or XML protocol calls an element, null for the
  /// protocol's default.
  record Listing(String name, Range length, @Nullable String elementName, Shape element)
      implements Shape {}

  record Mapping(String name, Range length, Text key, Shape value) implements Shape {}
}
