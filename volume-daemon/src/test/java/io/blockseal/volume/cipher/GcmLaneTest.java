package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The vector is NIST CAVP, gcmEncryptExtIV256.rsp, [Keylen = 256] [IVlen = 96] [PTlen = 128]
/// [AADlen = 128] [Taglen = 128], count 0.
@ParameterizedClass
@EnumSource(CipherKernel.class)
final class GcmLaneTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String KEY =
      "92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b";
  private static final String NONCE = "ac93a1a6145299bde902f21a";
  private static final String AAD = "1e0889016f67601c8ebea4943bc23ad6";
  private static final String PLAIN = "2d71bcfa914e4ac045b2aa60955fad24";
  private static final String CIPHER = "8995ae2e6df3dbf96fac7b7137bae67f";
  private static final String TAG = "eca5aa77d51d4a0a14d9c51e1da474ab";

  private final GcmLane lane;
  private final ByteBuffer target = ByteBuffer.allocateDirect(16);

  GcmLaneTest(CipherKernel kernel) {
    kernel.useForGcm();
    try (SecretBytes key = SecretBytes.takeOver(HEX.parseHex(KEY))) {
      lane = CipherLibraries.gcmLane(key, 16, 16);
    }
    copy(NONCE, lane.nonce);
    copy(AAD, lane.aad);
  }

  @AfterEach
  void restoreTheKernel() {
    lane.forget();
    CipherKernel.restore();
  }

  @Test
  void sealsToTheKnownAnswer() {
    lane.seal(text(PLAIN), 0, target, 0);
    assertThat(hex(target) + HEX.formatHex(lane.tag)).isEqualTo(CIPHER + TAG);
  }

  @Test
  void opensTheKnownAnswer() throws Exception {
    copy(TAG, lane.tag);
    lane.open(text(CIPHER), 0, target, 0);
    assertThat(hex(target)).isEqualTo(PLAIN);
  }

  @Test
  void opensAgainAfterAWrongTag() throws Exception {
    copy("00".repeat(16), lane.tag);
    assertThatThrownBy(() -> lane.open(text(CIPHER), 0, target, 0))
        .isInstanceOf(AEADBadTagException.class);
    assertThat(hex(target)).isEqualTo("00".repeat(16));
    copy(TAG, lane.tag);
    lane.open(text(CIPHER), 0, target, 0);
    assertThat(hex(target)).isEqualTo(PLAIN);
  }

  private static ByteBuffer text(String hex) {
    return ByteBuffer.allocateDirect(16).put(HEX.parseHex(hex)).flip();
  }

  private static String hex(ByteBuffer text) {
    byte[] bytes = new byte[16];
    text.get(0, bytes);
    return HEX.formatHex(bytes);
  }

  private static void copy(String hex, byte[] target) {
    System.arraycopy(HEX.parseHex(hex), 0, target, 0, target.length);
  }
}
