package io.blockseal.ebs;

import io.blockseal.aws.Caller;

/// Callers as record members: background work goes on in the name of whoever asked for it, after a
/// restart too. Nothing in a caller is secret.
final class Callers {
  private Callers() {}

  static Fields toFields(Caller caller) {
    return Fields.empty()
        .put("accountId", caller.accountId())
        .put("region", caller.region())
        .put("principalArn", caller.principalArn())
        .put("principalId", caller.principalId())
        .put("accessKeyId", caller.accessKeyId())
        .put("requestId", caller.requestId())
        .put("sourceIp", caller.sourceIp())
        .put("userAgent", caller.userAgent())
        .put("viaService", caller.viaService());
  }

  static Caller of(Fields fields) {
    return new Caller(
        fields.text("accountId"),
        fields.text("region"),
        fields.text("principalArn"),
        fields.text("principalId"),
        fields.text("accessKeyId"),
        fields.text("requestId"),
        fields.text("sourceIp"),
        fields.text("userAgent"),
        fields.textOrNull("viaService"));
  }
}
