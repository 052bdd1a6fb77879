package io.blockseal.volume.cipher;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// What XTS needs of libgcrypt, the library that GnuPG encrypts with (its manual: "Symmetric
/// cryptography"). Memory is passed by its address: a segment would be made for each call. Where
/// the library is not there, this class cannot be initialized. Thread-safe; a handle serves one
/// thread at a time.
final class Libgcrypt {
  /// The library's name with the version of its binary interface, which is that of all releases
  /// since 1.6 (2013).
  private static final String FILE_NAME = "libgcrypt.so.20";

  private static final int DISABLE_SECMEM = 37;
  private static final int INITIALIZATION_FINISHED = 38;
  private static final int IS_INITIALIZATION_FINISHED = 39;
  private static final int AES256 = 9;
  private static final int XTS = 13;

  private static final Linker LINKER = Linker.nativeLinker();

  /// For calls so short that the collector may wait for them.
  private static final Linker.Option SHORT = Linker.Option.critical(false);

  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(FILE_NAME, Arena.global());

  private static final MethodHandle OPEN =
      function("gcry_cipher_open", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          SYMBOLS.findOrThrow("gcry_cipher_close"), FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final MethodHandle SET_KEY =
      function("gcry_cipher_setkey", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle SET_TWEAK =
      shortFunction("gcry_cipher_setiv", JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle ENCRYPT =
      shortFunction("gcry_cipher_encrypt", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle DECRYPT =
      shortFunction("gcry_cipher_decrypt", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle DESCRIBE_ERROR = function("gcry_strerror", ADDRESS, JAVA_INT);

  private final String version = initialize();

  /// Its name and version.
  @Override
  public String toString() {
    return "libgcrypt " + version;
  }

  /// A handle of AES-256-XTS.
  ///
  /// @param key 64 bytes, of which the handle keeps its schedules
  long openXts(byte[] key) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      check((int) OPEN.invokeExact(handle, AES256, XTS, 0));
      long opened = handle.get(JAVA_LONG, 0);
      MemorySegment copy = arena.allocate(key.length);
      boolean keyed = false;
      try {
        copy.copyFrom(MemorySegment.ofArray(key));
        check((int) SET_KEY.invokeExact(opened, copy, copy.byteSize()));
        keyed = true;
      } finally {
        copy.fill((byte) 0);
        if (!keyed) {
          close(opened);
        }
      }
      return opened;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Wipes and frees a handle.
  void close(long handle) {
    try {
      CLOSE.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Sets the tweak of the next unit; every unit that is encrypted or decrypted adds one to it.
  ///
  /// @param number the address of 16 bytes, little-endian
  void setTweak(long handle, long number) {
    try {
      check((int) SET_TWEAK.invokeExact(handle, number, (long) XtsTweaks.BLOCK_BYTES));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Encrypts one unit to other memory or the very same.
  void encrypt(long handle, long source, long target, long unitBytes) {
    try {
      check((int) ENCRYPT.invokeExact(handle, target, unitBytes, source, unitBytes));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// The inverse of [#encrypt].
  void decrypt(long handle, long source, long target, long unitBytes) {
    try {
      check((int) DECRYPT.invokeExact(handle, target, unitBytes, source, unitBytes));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// The manual's order: asking for the version first initializes the library. The secure memory
  /// that it would set aside is for key schedules of other programs; ours are wiped on [#close].
  private static String initialize() {
    MethodHandle checkVersion = function("gcry_check_version", ADDRESS, ADDRESS);
    MethodHandle control =
        LINKER.downcallHandle(
            SYMBOLS.findOrThrow("gcry_control"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(1));
    try {
      MemorySegment text = (MemorySegment) checkVersion.invokeExact(MemorySegment.NULL);
      if ((int) control.invokeExact(IS_INITIALIZATION_FINISHED, 0) == 0) {
        int unprotected = (int) control.invokeExact(DISABLE_SECMEM, 0);
        int finished = (int) control.invokeExact(INITIALIZATION_FINISHED, 0);
        if (unprotected != 0 || finished != 0) {
          throw new IllegalStateException("libgcrypt cannot be initialized");
        }
      }
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void check(int error) throws Throwable {
    if (error != 0) {
      MemorySegment text = (MemorySegment) DESCRIBE_ERROR.invokeExact(error);
      throw new IllegalStateException(
          "libgcrypt: " + text.reinterpret(Long.MAX_VALUE).getString(0));
    }
  }

  private static MethodHandle shortFunction(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        SYMBOLS.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments), SHORT);
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        SYMBOLS.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof IllegalStateException refused
        ? refused
        : new IllegalStateException("a call of libgcrypt could not be made", e);
  }
}
