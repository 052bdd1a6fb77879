package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/// Which code AES runs on: libraries of the machine where they are there and right, else the JDK.
///
/// A library is tried once, before it encrypts anything: under a key of its own it has to make of a
/// few units what the JDK makes of them, and turn it back. Thread-safe; a choice holds for the
/// lanes that are made after it.
public final class CipherLibraries {
  private static final System.Logger LOG = System.getLogger(CipherLibraries.class.getName());

  private static volatile Choice choice = Choice.AUTO;

  private CipherLibraries() {}

  /// What may be used.
  public enum Choice {
    /// Libraries, where they are faster than the JDK.
    AUTO,
    /// The JDK alone.
    JDK
  }

  /// Of the machine, found when it is first asked for.
  private static final class Gcrypt {
    static final @Nullable Libgcrypt LIBRARY =
        tried("AES-XTS", "libgcrypt", Libgcrypt::new, CipherLibraries::check);
  }

  /// As [Gcrypt].
  private static final class Ipsec {
    static final @Nullable IpsecMb LIBRARY =
        tried("AES-GCM", "libIPSec_MB", IpsecMb::new, CipherLibraries::check);
  }

  /// Sets what may be used from now on.
  public static void choose(Choice choice) {
    CipherLibraries.choice = choice;
  }

  /// What computes AES, for people: `XTS by libgcrypt 1.10.1, GCM by the JDK`. The first call finds
  /// the libraries, which is better not in the middle of somebody's request.
  public static String description() {
    return "XTS by %s, GCM by %s"
        .formatted(
            Objects.requireNonNullElse(gcrypt(), "the JDK"),
            Objects.requireNonNullElse(ipsec(), "the JDK"));
  }

  static XtsLane xtsLane(SecretBytes dataKey, SecretBytes tweakKey, int unitBytes) {
    Libgcrypt library = gcrypt();
    return library == null
        ? new JdkXtsLane(dataKey, tweakKey, unitBytes)
        : new GcryptXtsLane(library, dataKey, tweakKey, unitBytes);
  }

  static GcmLane gcmLane(SecretBytes epochKey, int textBytes, int aadBytes) {
    IpsecMb library = ipsec();
    return library == null
        ? new JdkGcmLane(epochKey, textBytes, aadBytes)
        : new IpsecMbGcmLane(library, epochKey, textBytes, aadBytes);
  }

  private static @Nullable Libgcrypt gcrypt() {
    return choice == Choice.JDK ? null : Gcrypt.LIBRARY;
  }

  private static @Nullable IpsecMb ipsec() {
    return choice == Choice.JDK ? null : Ipsec.LIBRARY;
  }

  /// Throws if a library is wrong.
  interface Check<L> {
    void run(L library) throws AEADBadTagException;
  }

  /// The library, if it is there, is for this processor and passes the check.
  static <L> @Nullable L tried(String mode, String name, Supplier<L> loading, Check<L> check) {
    try {
      L library = loading.get();
      check.run(library);
      LOG.log(Level.DEBUG, "{0} is computed by {1}", mode, library);
      return library;
    } catch (LinkageError | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "%s is computed by the JDK, for want of %s".formatted(mode, name), e);
    } catch (AEADBadTagException | RuntimeException | Error e) { // such as memory that is short
      LOG.log(
          Level.WARNING, "%s is computed by the JDK: %s cannot be used".formatted(mode, name), e);
    }
    return null;
  }

  private static void check(Libgcrypt library) {
    int unitBytes = 4096;
    try (SecretBytes first = SecretBytes.copyOf(pattern(32, 1));
        SecretBytes second = SecretBytes.copyOf(pattern(32, 2))) {
      checkAlike(
          new JdkXtsLane(first, second, unitBytes),
          new GcryptXtsLane(library, first, second, unitBytes),
          3 * unitBytes);
    }
  }

  private static void checkAlike(XtsLane reference, XtsLane lane, int lengthBytes) {
    long firstUnit = 0xffff_fffeL;
    ByteBuffer plain = ByteBuffer.allocateDirect(lengthBytes).put(pattern(lengthBytes, 3)).flip();
    ByteBuffer expected = ByteBuffer.allocateDirect(lengthBytes);
    ByteBuffer made = ByteBuffer.allocateDirect(lengthBytes);
    ByteBuffer back = ByteBuffer.allocateDirect(lengthBytes);
    try {
      reference.encrypt(firstUnit, plain.duplicate(), expected);
      lane.encrypt(firstUnit, plain.duplicate(), made);
      lane.decrypt(firstUnit, made.flip(), back);
    } finally {
      reference.forget();
      lane.forget();
    }
    requireEqual("AES-XTS", made.flip(), expected.flip(), back.flip(), plain);
  }

  private static void check(IpsecMb library) throws AEADBadTagException {
    int unitBytes = GcmUnitCipher.UNIT_BYTES;
    ByteBuffer plain = ByteBuffer.allocateDirect(unitBytes).put(pattern(unitBytes, 4)).flip();
    ByteBuffer expected = ByteBuffer.allocateDirect(unitBytes + UnitRecord.TAG_BYTES);
    ByteBuffer made = ByteBuffer.allocateDirect(unitBytes + UnitRecord.TAG_BYTES);
    ByteBuffer back = ByteBuffer.allocateDirect(unitBytes);
    try (SecretBytes key = SecretBytes.copyOf(pattern(GcmUnitCipher.KEY_BYTES, 5))) {
      GcmLane reference = new JdkGcmLane(key, unitBytes, UnitAad.BYTES);
      GcmLane lane = new IpsecMbGcmLane(library, key, unitBytes, UnitAad.BYTES);
      try {
        reference.seal(plain, 0, expected, 0);
        expected.put(unitBytes, reference.tag);
        lane.seal(plain, 0, made, 0);
        made.put(unitBytes, lane.tag);
        lane.open(made, 0, back, 0);
      } finally {
        reference.forget();
        lane.forget();
      }
    }
    requireEqual("AES-GCM", made, expected, back, plain);
  }

  private static void requireEqual(
      String mode, ByteBuffer made, ByteBuffer expected, ByteBuffer back, ByteBuffer plain) {
    if (!made.equals(expected) || !back.equals(plain)) {
      throw new IllegalStateException("its %s is not the JDK's".formatted(mode));
    }
  }

  private static byte[] pattern(int lengthBytes, int seed) {
    byte[] bytes = new byte[lengthBytes];
    for (int i = 0; i < lengthBytes; i++) {
      bytes[i] = (byte) (seed * 31 + i * 7 + (i >>> 8));
    }
    return bytes;
  }
}
