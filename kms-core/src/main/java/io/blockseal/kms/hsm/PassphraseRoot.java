package io.blockseal.kms.hsm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// A root of trust in somebody's head: a passphrase, stretched by Argon2id (RFC 9106).
///
/// Beside the metadata lies a file of one line with all that is needed except the passphrase:
///
/// `blockseal-argon2id v=19 m=<KiB> t=<passes> p=<lanes> salt=<32 hex digits> check=<64 hex
/// digits>`
///
/// The check value comes from the stretched passphrase by HKDF, under a purpose of its own, so that
/// a wrong passphrase is told apart from damaged metadata; trying passphrases against it costs a
/// full Argon2id each.
public final class PassphraseRoot extends RootOfTrust {
  private static final int SALT_BYTES = 16;
  private static final int STRETCHED_BYTES = 32;
  private static final int CHECK_BYTES = 32;
  private static final int MIN_PASSPHRASE_BYTES = 12;
  private static final int MAX_FILE_BYTES = 512;
  private static final String CHECK_PURPOSE = "blockseal/root/passphrase-check/v1";
  private static final Pattern LINE =
      Pattern.compile(
          "blockseal-argon2id v=19 m=(\\d{1,8}) t=(\\d{1,3}) p=(\\d{1,3})"
              + " salt=([0-9a-f]{32}) check=([0-9a-f]{64})\n");

  private PassphraseRoot(WrappingKey key) {
    super(key);
  }

  /// Makes a new parameter file for `passphrase` (UTF-8).
  ///
  /// @throws RootOfTrustException if the passphrase is shorter than 12 bytes
  /// @throws java.nio.file.FileAlreadyExistsException if there is a file already
  public static PassphraseRoot create(
      Path file, SecretBytes passphrase, Argon2Cost cost, SecureRandom random) throws IOException {
    if (passphrase.lengthBytes() < MIN_PASSPHRASE_BYTES) {
      throw new RootOfTrustException(
          "passphrase of %d bytes, at least %d are needed"
              .formatted(passphrase.lengthBytes(), MIN_PASSPHRASE_BYTES));
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] stretched = stretch(passphrase, salt, cost);
    try {
      byte[] check = Hkdf.derive(stretched, CHECK_PURPOSE, CHECK_BYTES);
      HexFormat hex = HexFormat.of();
      String line =
          "blockseal-argon2id v=19 m=%d t=%d p=%d salt=%s check=%s\n"
              .formatted(
                  cost.memoryKib(),
                  cost.passes(),
                  cost.lanes(),
                  hex.formatHex(salt),
                  hex.formatHex(check));
      SecretFile.create(file, line.getBytes(US_ASCII));
      return of(stretched);
    } finally {
      Arrays.fill(stretched, (byte) 0);
    }
  }

  /// @throws RootOfTrustException if the file is missing, open to others or damaged, or if the
  ///   passphrase is wrong
  public static PassphraseRoot open(Path file, SecretBytes passphrase) throws IOException {
    String line =
        new String(SecretFile.read(file, "passphrase parameters", MAX_FILE_BYTES), US_ASCII);
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new RootOfTrustException(
          "passphrase parameters %s are damaged: not a line of blockseal-argon2id v=19"
              .formatted(file));
    }
    Argon2Cost cost;
    try {
      cost =
          new Argon2Cost(
              Integer.parseInt(fields.group(1)),
              Integer.parseInt(fields.group(2)),
              Integer.parseInt(fields.group(3)));
    } catch (IllegalArgumentException e) {
      throw new RootOfTrustException(
          "passphrase parameters %s are damaged: %s".formatted(file, e.getMessage()), e);
    }
    byte[] salt = HexFormat.of().parseHex(fields.group(4));
    byte[] expected = HexFormat.of().parseHex(fields.group(5));
    byte[] stretched = stretch(passphrase, salt, cost);
    try {
      byte[] check = Hkdf.derive(stretched, CHECK_PURPOSE, CHECK_BYTES);
      if (!MessageDigest.isEqual(check, expected)) {
        throw new RootOfTrustException(
            "wrong passphrase: it does not fit the parameters in %s".formatted(file));
      }
      return of(stretched);
    } finally {
      Arrays.fill(stretched, (byte) 0);
    }
  }

  private static PassphraseRoot of(byte[] stretched) {
    return new PassphraseRoot(
        new WrappingKey(
            SecretBytes.takeOver(Hkdf.derive(stretched, KEY_PURPOSE, WrappingKey.KEY_BYTES))));
  }

  private static byte[] stretch(SecretBytes passphrase, byte[] salt, Argon2Cost cost) {
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.passes())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .build();
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    byte[] stretched = new byte[STRETCHED_BYTES];
    passphrase.use(bytes -> generator.generateBytes(bytes, stretched));
    return stretched;
  }
}
