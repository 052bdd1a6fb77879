package io.blockseal.fuse.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// How something is mounted: by system call as root, through `fusermount3` otherwise. *Immutable.*
///
/// @param source what the mount table shows as mounted
/// @param subtype what it shows behind `fuse.` as the type
/// @param uid the user who mounts
/// @param maxRequestBytes the most data in a request or an answer, whole pages
public record FuseMount(String source, String subtype, int uid, int gid, int maxRequestBytes) {
  /// What kernels without the file below allow: `FUSE_MAX_MAX_PAGES`.
  private static final int DEFAULT_MAX_PAGES = 256;

  private static final Path MAX_PAGES = Path.of("/proc/sys/fs/fuse/max_pages_limit");
  private static final int NUMBER_BYTES = 32;
  private static final int GREETING_ROOM_BYTES = 8192;
  private static final int ROOT = 0;

  /// The largest request that the kernel allows, but not more than `wanted`.
  public static int maxRequestBytes(int wanted) throws IOException {
    return (int) Math.min(wanted, maxPages() * KernelGreeting.PAGE_BYTES);
  }

  private static long maxPages() throws IOException {
    if (!Files.exists(MAX_PAGES)) {
      return DEFAULT_MAX_PAGES;
    }
    // In one reading: such a file has nothing more to say to a second one.
    byte[] digits = new byte[NUMBER_BYTES];
    try (InputStream file = Files.newInputStream(MAX_PAGES)) {
      int length = Math.max(0, file.read(digits));
      return Long.parseLong(new String(digits, 0, length, StandardCharsets.US_ASCII).strip());
    }
  }

  /// Mounts at `place`; the kernel's greeting is then the first request. For root, everybody may
  /// come in, as far as the modes of the files let them.
  public FuseDevice at(Path place) throws IOException {
    String common = "default_permissions,max_read=" + maxRequestBytes;
    if (uid != ROOT) {
      return Fusermount.mount(
          place, "rw,nosuid,nodev,fsname=%s,subtype=%s,%s".formatted(source, subtype, common));
    }
    FuseDevice device = FuseDevice.open();
    String options =
        "fd=%d,rootmode=40000,user_id=%d,group_id=%d,allow_other,%s"
            .formatted(device.descriptor(), uid, gid, common);
    int errno =
        LinuxCalls.mount(
            source, place, "fuse." + subtype, LinuxCalls.MS_NOSUID | LinuxCalls.MS_NODEV, options);
    if (errno != 0) {
      try (device) {
        throw new IOException("cannot mount at %s: errno %d".formatted(place, errno));
      }
    }
    return device;
  }

  /// Takes the kernel's greeting and answers it.
  ///
  /// @param rings whether requests are to be taken from io_urings, if the kernel offers that
  /// @return what the kernel can
  /// @throws UnsupportedKernelException if that is too little
  public KernelGreeting greet(FuseDevice device, int readAheadBytes, boolean rings)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(maxRequestBytes + GREETING_ROOM_BYTES);
      long length = LinuxCalls.read(device.descriptor(), request);
      if (length < 0) {
        throw new IOException("the kernel did not greet its mount: errno " + -length);
      }
      KernelGreeting greeting = KernelGreeting.parse(request.asSlice(0, length).asByteBuffer());
      if (!greeting.spokenByUs()) {
        throw new UnsupportedKernelException(
            "the kernel speaks FUSE 7.%d and this needs 7.%d"
                .formatted(greeting.minor(), KernelGreeting.OLDEST_MINOR));
      }
      ByteBuffer answer = greeting.answer(readAheadBytes, maxRequestBytes, rings);
      MemorySegment bytes =
          arena.allocate(answer.remaining()).copyFrom(MemorySegment.ofBuffer(answer));
      long written = LinuxCalls.write(device.descriptor(), bytes);
      if (written < 0) {
        throw new IOException("the kernel refused our answer to its greeting: errno " + -written);
      }
      return greeting;
    } catch (IllegalArgumentException e) {
      throw new IOException("the kernel's greeting was not understood", e);
    }
  }
}
