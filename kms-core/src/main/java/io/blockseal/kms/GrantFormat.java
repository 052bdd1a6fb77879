package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A [Grant] as it is kept: a JSON object. Key and id are in its key.
final class GrantFormat {
  private GrantFormat() {}

  static byte[] write(Grant grant) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", grant.name());
    fields.put("grantee", grant.grantee());
    fields.put("retiring", grant.retiringPrincipal());
    fields.put("issuer", grant.issuingAccount());
    fields.put("operations", grant.operations().stream().map(GrantOperation::wireValue).toList());
    GrantConstraints constraints = grant.constraints();
    if (constraints != null) {
      fields.put("contextSubset", constraints.encryptionContextSubset());
      fields.put("contextEquals", constraints.encryptionContextEquals());
    }
    fields.put("created", grant.created().toString());
    return Json.write(fields).getBytes(UTF_8);
  }

  static Grant read(KeyLocation key, String id, byte[] bytes) {
    Map<String, @Nullable Object> fields = Json.readObject(new String(bytes, UTF_8));
    List<GrantOperation> operations = new ArrayList<>();
    if (fields.get("operations") instanceof List<?> list) {
      list.forEach(one -> operations.add(GrantOperation.of(String.valueOf(one))));
    }
    return new Grant(
        id,
        key,
        String.valueOf(fields.get("name")),
        String.valueOf(fields.get("grantee")),
        fields.get("retiring") instanceof String retiring ? retiring : null,
        String.valueOf(fields.get("issuer")),
        operations,
        fields.containsKey("contextSubset")
            ? new GrantConstraints(
                pairs(fields.get("contextSubset")), pairs(fields.get("contextEquals")))
            : null,
        Instant.parse(String.valueOf(fields.get("created"))));
  }

  private static @Nullable Map<String, String> pairs(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return null;
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    map.forEach((key, member) -> pairs.put((String) key, String.valueOf(member)));
    return pairs;
  }
}
