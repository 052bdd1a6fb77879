package io.blockseal.aws.wire;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// The one set-up of Jackson's streaming core: what bounds a document that a peer sends.
final class JsonFormat {

  /// No shape that is served nests deeper than a quarter of this.
  private static final int MAX_DEPTH = 32;

  /// A number of a model has at most 20 digits, a timestamp some more.
  private static final int MAX_NUMBER_LENGTH = 64;

  /// The longest member name is under 40 letters; keys of maps are bounded by the model, but only
  /// after reading.
  private static final int MAX_NAME_LENGTH = 64 * 1024;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .build())
          .build();

  private JsonFormat() {}

  static JsonParser parser(byte[] json) {
    return FACTORY.createParser(ObjectReadContext.empty(), json);
  }

  static JsonGenerator generator(ByteArrayOutputStream json) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), json);
  }
}
