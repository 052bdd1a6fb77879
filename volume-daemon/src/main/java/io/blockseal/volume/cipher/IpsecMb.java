package io.blockseal.volume.cipher;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// AES-256-GCM of Intel's Multi-Buffer Crypto for IPsec Library, which DPDK and SPDK encrypt with,
/// on processors that have AES and carry-less multiplication over 512 bits. On others it is about
/// as fast as the JDK, and not used.
///
/// The functions are those that an `IMB_MGR` of such a processor points to (`gcm256_pre`,
/// `gcm256_enc`, `gcm256_dec` in `intel-ipsec-mb.h`), found by the names under which the library
/// exports them. Memory is passed by its address: a segment would be made for each call. Where
/// library or functions are not there, this class cannot be initialized. Thread-safe.
final class IpsecMb {
  /// `struct gcm_key_data` has 1008 bytes in 1.3 and is to be aligned to a cache line; later
  /// releases keep more powers of the hash key.
  static final int KEY_DATA_BYTES = 8192;

  /// `struct gcm_context_data`, 88 bytes in 1.3.
  static final int CONTEXT_BYTES = 1024;

  static final int ALIGNMENT_BYTES = 64;

  private static final String FILE_NAME = "libIPSec_MB.so.1";
  private static final String PROCESSOR = "_vaes_avx512";

  /// `IMB_CPUFLAGS_AVX512`'s five sets, VAES and VPCLMULQDQ.
  private static final long NEEDED_FEATURES = 0x1f << 7 | 1 << 12 | 1 << 13;

  private static final Linker LINKER = Linker.nativeLinker();

  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(FILE_NAME, Arena.global());

  private static final MethodHandle EXPAND_KEY =
      LINKER.downcallHandle(
          SYMBOLS.findOrThrow("aes_gcm_pre_256" + PROCESSOR),
          FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
  private static final MethodHandle ENCRYPT = crypt("aes_gcm_enc_256" + PROCESSOR);
  private static final MethodHandle DECRYPT = crypt("aes_gcm_dec_256" + PROCESSOR);

  private final String version;

  /// @throws UnsupportedOperationException if the processor lacks what the library needs
  IpsecMb() {
    try {
      long features = (long) question("imb_get_feature_flags", JAVA_LONG).invokeExact();
      int number = (int) question("imb_get_version", JAVA_INT).invokeExact();
      if ((features & NEEDED_FEATURES) != NEEDED_FEATURES || !systemKeepsVectors()) {
        throw new UnsupportedOperationException("libIPSec_MB has nothing for this processor");
      }
      version = "%d.%d.%d".formatted(number >>> 16, number >>> 8 & 0xff, number & 0xff);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Whether the system saves 512-bit registers, which the library does not ask: Linux lists the
  /// flag only then.
  private static boolean systemKeepsVectors() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.anyMatch(line -> line.startsWith("flags") && line.contains(" avx512f "));
    }
  }

  /// Its name and version.
  @Override
  public String toString() {
    return "libIPSec_MB " + version;
  }

  /// Fills `keyData`, of [#KEY_DATA_BYTES], for a key of 32 bytes.
  void expandKey(byte[] key, MemorySegment keyData) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(key.length);
      try {
        copy.copyFrom(MemorySegment.ofArray(key));
        EXPAND_KEY.invokeExact(copy, keyData);
      } finally {
        copy.fill((byte) 0);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Encrypts `lengthBytes` from `source` to `target`, other memory or the very same.
  ///
  /// @param call its working memory
  void encrypt(GcmCall call, long source, long target, long lengthBytes) {
    try {
      ENCRYPT.invokeExact(
          call.keyData,
          call.context,
          target,
          source,
          lengthBytes,
          call.nonce,
          call.aad,
          call.aadBytes,
          call.tag,
          (long) UnitRecord.TAG_BYTES);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Decrypts, and leaves in the call the tag that the text should have come with.
  void decrypt(GcmCall call, long source, long target, long lengthBytes) {
    try {
      DECRYPT.invokeExact(
          call.keyData,
          call.context,
          target,
          source,
          lengthBytes,
          call.nonce,
          call.aad,
          call.aadBytes,
          call.tag,
          (long) UnitRecord.TAG_BYTES);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Addresses of what a call reads and writes besides the text.
  ///
  /// @param nonce 12 bytes
  /// @param tag 16 bytes
  record GcmCall(long keyData, long context, long nonce, long aad, long aadBytes, long tag) {}

  private static MethodHandle question(String name, MemoryLayout answer) {
    return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.of(answer));
  }

  private static MethodHandle crypt(String name) {
    MemoryLayout[] arguments = new MemoryLayout[10];
    Arrays.fill(arguments, JAVA_LONG);
    return LINKER.downcallHandle(
        SYMBOLS.findOrThrow(name),
        FunctionDescriptor.ofVoid(arguments),
        Linker.Option.critical(false));
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof UnsupportedOperationException refused
        ? refused
        : new IllegalStateException("a call of libIPSec_MB could not be made", e);
  }
}
