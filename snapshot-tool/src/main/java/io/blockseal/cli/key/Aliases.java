package io.blockseal.cli.key;

import io.blockseal.aws.kms.AliasListEntry;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListAliasesResponse;
import io.blockseal.cli.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The aliases of an account and Region.
final class Aliases {
  private static final String PREFIX = "alias/";

  private Aliases() {}

  /// The alias name with its prefix, whether it was typed or not.
  static String full(String name) {
    return name.startsWith(PREFIX) ? name : PREFIX + name;
  }

  static List<AliasListEntry> all(Context context) {
    List<AliasListEntry> aliases = new ArrayList<>();
    String marker = null;
    do {
      ListAliasesResponse page =
          context
              .kms()
              .listAliases(context.caller(), ListAliasesRequest.builder().marker(marker).build());
      aliases.addAll(page.aliasesOrEmpty());
      marker = page.nextMarker();
    } while (marker != null);
    return aliases;
  }

  /// The aliases by the id of their key, several separated by a comma.
  static Map<String, String> byKey(Context context) {
    Map<String, String> names = new HashMap<>();
    for (AliasListEntry alias : all(context)) {
      if (alias.targetKeyId() != null && alias.aliasName() != null) {
        names.merge(
            alias.targetKeyId(), alias.aliasName(), (first, second) -> first + ", " + second);
      }
    }
    return names;
  }
}
