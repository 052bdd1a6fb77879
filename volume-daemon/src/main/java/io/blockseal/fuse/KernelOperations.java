package io.blockseal.fuse;

import static io.blockseal.fuse.kernel.RequestLayout.FALLOCATE_LENGTH;
import static io.blockseal.fuse.kernel.RequestLayout.FALLOCATE_MODE;
import static io.blockseal.fuse.kernel.RequestLayout.HANDLE;
import static io.blockseal.fuse.kernel.RequestLayout.OFFSET;
import static io.blockseal.fuse.kernel.RequestLayout.OPEN_FLAGS;
import static io.blockseal.fuse.kernel.RequestLayout.SIZE;

import io.blockseal.fuse.kernel.AnswerLayout;
import io.blockseal.fuse.kernel.AnswerLayout.Attributes;
import io.blockseal.fuse.kernel.FuseExchange;
import io.blockseal.fuse.kernel.FuseOpcode;
import io.blockseal.fuse.kernel.RequestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The kernel's table of operations, each a few lines between a request and [ExportedFiles].
///
/// Opcodes that are not in the table are answered with `ENOSYS`, which makes the kernel stop
/// asking:
///
/// - FLUSH, sent by every `close`: only `fsync` has to make writes durable;
/// - INTERRUPT: a request runs to its end, as on a disk, and the caller waits for it;
/// - LSEEK, POLL, ACCESS, FSYNCDIR, IOCTL and others: the kernel's own answer is the right one.
///
/// Nothing is remembered between requests: the number of a node is the inode of its file, which no
/// other file ever has, so there is nothing to do for FORGET.
///
/// Thread-safe.
final class KernelOperations {
  private static final int O_ACCMODE = 3;
  private static final int O_RDONLY = 0;

  /// `O_DIRECT`, the one flag here whose number depends on the processor.
  private static final int O_DIRECT =
      System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

  private static final long ROOT = 1;
  private static final int S_IFDIR = 0x4000;
  private static final int S_IFREG = 0x8000;

  /// How an operation says that the kernel waits for no answer.
  private static final int NO_ANSWER = Integer.MIN_VALUE;

  private static final byte[] THIS = {'.'};
  private static final byte[] PARENT = {'.', '.'};

  /// Reads what it needs from a request and puts the answer in its place.
  @FunctionalInterface
  private interface Operation {
    /// @return how many bytes the answer has
    int answer(FuseExchange exchange) throws IOException;
  }

  /// @param action what failed, for the log of the file that it happened to; null if that is
  ///   nobody's business. The request then has the handle at [RequestLayout#HANDLE].
  private record Entry(@Nullable String action, Operation operation) {}

  private final ExportedFiles files;
  private final FileOwner owner;
  private final boolean directFiles;
  private final Entry[] table = new Entry[FuseOpcode.LIMIT];
  private final Entry unknown =
      new Entry(
          null,
          _ -> {
            throw new ErrnoException(Errno.ENOSYS, "no such operation");
          });

  /// @param directFiles whether opens with `O_DIRECT` may go past the page cache
  KernelOperations(ExportedFiles files, FileOwner owner, boolean directFiles) {
    this.files = files;
    this.owner = owner;
    this.directFiles = directFiles;
    Arrays.fill(table, unknown);
    on(FuseOpcode.LOOKUP, this::lookup);
    on(FuseOpcode.FORGET, _ -> NO_ANSWER);
    on(FuseOpcode.BATCH_FORGET, _ -> NO_ANSWER);
    on(FuseOpcode.GETATTR, this::getattr);
    on(FuseOpcode.SETATTR, this::setattr);
    on(FuseOpcode.OPEN, this::open);
    on(FuseOpcode.RELEASE, this::release);
    on(FuseOpcode.READ, "read", this::read);
    on(FuseOpcode.WRITE, "write", this::write);
    on(FuseOpcode.FSYNC, "flush", this::fsync);
    on(FuseOpcode.FALLOCATE, "discard", this::fallocate);
    on(FuseOpcode.STATFS, this::statfs);
    on(FuseOpcode.GETXATTR, this::getxattr);
    on(FuseOpcode.LISTXATTR, this::listxattr);
    on(FuseOpcode.OPENDIR, exchange -> AnswerLayout.putOpen(exchange.answerFields(), 0, 0));
    on(FuseOpcode.READDIR, this::readdir);
    on(FuseOpcode.RELEASEDIR, _ -> 0);
    on(FuseOpcode.DESTROY, _ -> 0);
    refuseTheRest();
  }

  /// Answers the request that `exchange` holds, whatever happens.
  void answer(FuseExchange exchange) {
    int opcode = exchange.opcode();
    Entry entry = opcode >= 0 && opcode < table.length ? table[opcode] : unknown;
    try {
      int length = entry.operation.answer(exchange);
      if (length != NO_ANSWER) {
        exchange.succeed(length);
      }
    } catch (Throwable e) {
      try {
        report(exchange, entry.action, e);
      } finally {
        // Whoever waits for the answer can not even be killed.
        exchange.fail(Errno.of(e).number());
      }
    }
  }

  private int lookup(FuseExchange exchange) throws IOException {
    String name = exchange.name(RequestLayout.LOOKUP_NAME);
    return AnswerLayout.putEntry(exchange.answerFields(), shown(files.file(name).facts()));
  }

  private int getattr(FuseExchange exchange) throws IOException {
    boolean open = (exchange.getInt(RequestLayout.GETATTR_FLAGS) & RequestLayout.GETATTR_FH) != 0;
    FileFacts facts =
        open
            ? files.opened(exchange.getLong(RequestLayout.GETATTR_HANDLE)).facts()
            : facts(exchange.node());
    return AnswerLayout.putAttributes(exchange.answerFields(), shown(facts));
  }

  /// Only the size can be set, to what it is. Without an open file, the kernel sends exactly this
  /// with size 0 for `O_TRUNC` on an open, where a disk ignores it; `truncate(2)` to 0 cannot be
  /// told apart and is ignored with it.
  private int setattr(FuseExchange exchange) throws IOException {
    int valid = exchange.getInt(RequestLayout.SETATTR_VALID);
    if ((valid & RequestLayout.FATTR_OTHERS) != 0 || exchange.node() == ROOT) {
      return refused(exchange);
    }
    boolean open = (valid & RequestLayout.FATTR_FH) != 0;
    ExportedFile file =
        open
            ? files.opened(exchange.getLong(RequestLayout.SETATTR_HANDLE))
            : files.file(exchange.node());
    long size = exchange.getLong(RequestLayout.SETATTR_SIZE);
    if ((valid & RequestLayout.FATTR_SIZE) != 0 && (open || size != 0)) {
      file.truncate(size);
    }
    return AnswerLayout.putAttributes(exchange.answerFields(), shown(file.facts()));
  }

  private int open(FuseExchange exchange) throws IOException {
    int flags = exchange.getInt(OPEN_FLAGS);
    boolean writable = (flags & O_ACCMODE) != O_RDONLY;
    OpenFile open = files.open(exchange.node(), writable, directFiles && (flags & O_DIRECT) != 0);
    int answer = open.keepCache() ? AnswerLayout.FOPEN_KEEP_CACHE : 0;
    if (open.direct()) {
      answer |= AnswerLayout.FOPEN_DIRECT_IO | AnswerLayout.FOPEN_PARALLEL_DIRECT_WRITES;
    }
    return AnswerLayout.putOpen(exchange.answerFields(), open.handle(), answer);
  }

  private int release(FuseExchange exchange) throws IOException {
    files.release(exchange.getLong(HANDLE));
    return 0;
  }

  private int read(FuseExchange exchange) throws IOException {
    ExportedFile file = files.opened(exchange.getLong(HANDLE));
    long offset = exchange.getLong(OFFSET);
    return file.read(offset, exchange.answerData(exchange.getInt(SIZE)));
  }

  private int write(FuseExchange exchange) throws IOException {
    ExportedFile file = files.opened(exchange.getLong(HANDLE));
    long offset = exchange.getLong(OFFSET);
    int written = file.write(offset, exchange.written(exchange.getInt(SIZE)));
    return AnswerLayout.putSize(exchange.answerFields(), written);
  }

  private int fsync(FuseExchange exchange) throws IOException {
    files.opened(exchange.getLong(HANDLE)).flush();
    return 0;
  }

  private int fallocate(FuseExchange exchange) throws IOException {
    files
        .opened(exchange.getLong(HANDLE))
        .allocate(
            exchange.getInt(FALLOCATE_MODE),
            exchange.getLong(OFFSET),
            exchange.getLong(FALLOCATE_LENGTH));
    return 0;
  }

  private int statfs(FuseExchange exchange) {
    SpaceFacts space = files.space();
    return AnswerLayout.putSpace(
        exchange.answerFields(), space.totalBytes(), space.freeBytes(), space.files());
  }

  private int getxattr(FuseExchange exchange) throws IOException {
    String attribute = exchange.name(RequestLayout.XATTR_NAME);
    if (exchange.node() == ROOT) {
      throw new ErrnoException(Errno.ENODATA, "the directory has no attribute " + attribute);
    }
    String file = files.file(exchange.node()).name();
    return answer(exchange, files.attribute(file, attribute));
  }

  private int listxattr(FuseExchange exchange) throws IOException {
    if (exchange.node() == ROOT) {
      return answer(exchange, new byte[0]);
    }
    return answer(exchange, files.attributeNames(files.file(exchange.node()).name()));
  }

  /// Files are listed in the order of their inodes, from which the cookies follow: whatever comes
  /// and goes between two readings, each file that stays is listed once.
  private int readdir(FuseExchange exchange) {
    long after = exchange.getLong(OFFSET);
    ByteBuffer answer = exchange.answerFields();
    int limit = Math.min(exchange.getInt(SIZE), answer.capacity());
    int at = 0;
    long cookie = 0;
    if (after < ++cookie) {
      at = AnswerLayout.putName(answer, at, limit, ROOT, cookie, S_IFDIR, THIS);
    }
    if (after < ++cookie) {
      at = AnswerLayout.putName(answer, at, limit, ROOT, cookie, S_IFDIR, PARENT);
    }
    for (ExportedFile file : files.inOrder()) {
      cookie = file.inode() + 1; // inodes begin at 2, so that these go on from the two above
      byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
      int next =
          after < cookie
              ? AnswerLayout.putName(answer, at, limit, file.inode(), cookie, S_IFREG, name)
              : at;
      if (after < cookie && next == at) {
        return at;
      }
      at = next;
    }
    return at;
  }

  /// Files come and go only by attaching and detaching volumes, and are nobody's to change.
  private void refuseTheRest() {
    for (FuseOpcode opcode :
        new FuseOpcode[] {
          FuseOpcode.CREATE,
          FuseOpcode.LINK,
          FuseOpcode.MKDIR,
          FuseOpcode.MKNOD,
          FuseOpcode.REMOVEXATTR,
          FuseOpcode.RENAME,
          FuseOpcode.RENAME2,
          FuseOpcode.RMDIR,
          FuseOpcode.SETXATTR,
          FuseOpcode.SYMLINK,
          FuseOpcode.TMPFILE,
          FuseOpcode.UNLINK
        }) {
      on(opcode, KernelOperations::refused);
    }
  }

  private static int refused(FuseExchange exchange) throws ErrnoException {
    throw new ErrnoException(Errno.EPERM, "operation %d is refused".formatted(exchange.opcode()));
  }

  private FileFacts facts(long node) throws ErrnoException {
    return node == ROOT ? files.directory() : files.file(node).facts();
  }

  private Attributes shown(FileFacts facts) {
    return new Attributes(
        facts.inode(),
        (facts.directory() ? S_IFDIR : S_IFREG) | facts.permissions(),
        facts.directory() ? 2 : 1,
        owner.uid(),
        owner.gid(),
        facts.sizeBytes(),
        facts.changedMs());
  }

  /// The protocol of reading attributes: size 0 asks for the length.
  private static int answer(FuseExchange exchange, byte[] bytes) throws ErrnoException {
    int size = exchange.getInt(RequestLayout.XATTR_SIZE);
    if (size == 0) {
      return AnswerLayout.putSize(exchange.answerFields(), bytes.length);
    }
    if (bytes.length > size) {
      throw new ErrnoException(
          Errno.ERANGE, "%d bytes do not fit into %d".formatted(bytes.length, size));
    }
    exchange.answerFields().put(0, bytes);
    return bytes.length;
  }

  private void report(FuseExchange exchange, @Nullable String action, Throwable failure) {
    if (action == null || failure instanceof ErrnoException) {
      return;
    }
    try {
      files.opened(exchange.getLong(HANDLE)).report(action, failure);
    } catch (ErrnoException e) {
      failure.addSuppressed(e); // released meanwhile: there is no log to tell it to
    }
  }

  private void on(FuseOpcode opcode, Operation operation) {
    table[opcode.number()] = new Entry(null, operation);
  }

  private void on(FuseOpcode opcode, String action, Operation operation) {
    table[opcode.number()] = new Entry(action, operation);
  }
}
