package io.blockseal.volume.cipher;

import io.blockseal.secret.DestroyableKey;
import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Mac;

/// The MACs of a volume's tag tree: HMAC-SHA256, under the tag-tree key of the volume, over
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 4 | level: 0 for a tag page, 1 to 4 for a node |
/// | 4 | 8 | number of the chunk, or of the node in its level |
/// | 12 | 4096 | the page |
///
/// with little-endian integers. So a page proves its content and its place, and no two places of
/// one volume, or of two, have a MAC in common. Thread-safe; calls that run at once do not wait for
/// each other. [#close] it when no call runs any more.
public final class PageMac implements AutoCloseable {
  /// The length of a MAC.
  public static final int BYTES = 32;

  /// The length of a page.
  public static final int PAGE_BYTES = 4096;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int NUMBER = 4;
  private static final int PAGE = 12;

  private final DestroyableKey key;
  private final Lanes<MacLane> lanes;

  /// @param treeKey of which this keeps a copy; the caller closes its own
  public PageMac(SecretBytes treeKey) {
    key = treeKey.apply(bytes -> new DestroyableKey(ALGORITHM, bytes));
    lanes = new Lanes<>(() -> new MacLane(key));
  }

  /// What one call works with. Confined to the call that borrowed it.
  private static final class MacLane implements Lane {
    private final byte[] input = new byte[PAGE + PAGE_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    private final Mac mac;

    MacLane(DestroyableKey key) {
      try {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK refuses HMAC-SHA256", e);
      }
    }

    @Override
    public void forget() {
      try {
        mac.init(DestroyableKey.BLANK);
      } catch (InvalidKeyException e) {
        throw new IllegalStateException("the JDK refuses a key of HMAC-SHA256", e);
      }
    }
  }

  /// The MAC of the page at `offset` of `pages`, whose position does not count and stays.
  public byte[] of(int level, long number, ByteBuffer pages, int offset) {
    MacLane lane = lanes.borrow();
    try {
      lane.fields.putInt(0, level).putLong(NUMBER, number);
      pages.get(offset, lane.input, PAGE, PAGE_BYTES);
      return lane.mac.doFinal(lane.input);
    } finally {
      lanes.giveBack(lane);
    }
  }

  /// Overwrites the key and what the JDK's MACs made of it.
  @Override
  public void close() {
    lanes.close();
    key.destroy();
  }
}
