package io.blockseal.daemon;

import io.blockseal.kms.DomainKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Makes new domain keys, which wrap key material from now on, while no daemon runs. Not a call of
/// the API, since a domain key serves every account of its Region.
@Command(
    name = "rotate-domain-key",
    description =
        "Make new domain keys while the daemon is stopped. They wrap what is made from now on; the"
            + " old ones stay, to unwrap what they have wrapped.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseald rotate-domain-key --data DIR              # every domain",
      "  blockseald rotate-domain-key --data DIR eu-west-1    # one Region"
    })
final class RotateDomainKeyCommand extends VaultCommand {
  @Parameters(
      paramLabel = "DOMAIN",
      arity = "0..*",
      description = "Regions, or the other domains that have a key; all of them if none is given.")
  private List<String> domains = new ArrayList<>();

  RotateDomainKeyCommand(Map<String, String> environment) {
    super(environment);
  }

  @Override
  void make(Vault vault, PrintWriter out) throws IOException {
    DomainKeys keys = vault.domainKeys();
    List<String> present = keys.domains();
    for (String domain : domains) {
      if (!present.contains(domain)) {
        throw new IOException(
            "there is no domain key of %s; there are those of %s"
                .formatted(domain, String.join(", ", present)));
      }
    }
    for (String domain : domains.isEmpty() ? present : domains) {
      keys.rotate(domain);
      out.println("Rotated the domain key of " + domain + ".");
    }
  }
}
