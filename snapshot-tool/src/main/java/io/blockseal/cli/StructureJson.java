package io.blockseal.cli;

import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.WireEnum;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An AWS answer as JSON values, in the form that the AWS CLI prints: the model's member names, ISO
/// 8601 times, base64 blobs, absent members left out.
public final class StructureJson {
  private StructureJson() {}

  public static Map<String, @Nullable Object> of(Structure structure) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Object value = structure.valueAt(i);
      if (value != null) {
        json.put(members.get(i).name(), value(value));
      }
    }
    return json;
  }

  private static Object value(Object value) {
    return switch (value) {
      case Structure structure -> of(structure);
      case WireEnum choice -> choice.wireValue();
      case Instant moment -> moment.toString();
      case Blob blob -> blob.toBase64();
      case List<?> items -> items.stream().map(StructureJson::value).toList();
      case Map<?, ?> entries -> entries(entries);
      default -> value;
    };
  }

  private static Map<String, Object> entries(Map<?, ?> entries) {
    Map<String, Object> json = new LinkedHashMap<>();
    entries.forEach((key, entry) -> json.put((String) key, value(entry)));
    return json;
  }
}
