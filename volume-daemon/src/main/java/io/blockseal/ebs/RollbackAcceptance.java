package io.blockseal.ebs;

import io.blockseal.volume.engine.TreeRoot;
import java.time.Instant;

/// That somebody let an older copy of a GCM volume pass. Immutable.
///
/// @param by the ARN of the principal
/// @param found what the volume's files showed
/// @param recorded what it had been last
public record RollbackAcceptance(
    Instant when, String by, String accessKeyId, TreeRoot found, TreeRoot recorded) {

  Fields toFields() {
    return Fields.empty()
        .put("when", when)
        .put("by", by)
        .put("accessKeyId", accessKeyId)
        .put("found", RootRecord.fields(found))
        .put("recorded", RootRecord.fields(recorded));
  }

  static RollbackAcceptance of(Fields fields) {
    return new RollbackAcceptance(
        fields.instant("when"),
        fields.text("by"),
        fields.text("accessKeyId"),
        RootRecord.root(fields.object("found")),
        RootRecord.root(fields.object("recorded")));
  }
}
