package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/// The vector is NIST CAVP, gcmEncryptExtIV256.rsp, [Keylen = 256] [IVlen = 96] [PTlen = 128]
/// [AADlen = 128] [Taglen = 128], count 0.
final class GcmLaneTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String KEY =
      "92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b";
  private static final String NONCE = "ac93a1a6145299bde902f21a";
  private static final String AAD = "1e0889016f67601c8ebea4943bc23ad6";
  private static final String PLAIN = "2d71bcfa914e4ac045b2aa60955fad24";
  private static final String CIPHER = "8995ae2e6df3dbf96fac7b7137bae67f";
  private static final String TAG = "eca5aa77d51d4a0a14d9c51e1da474ab";

  @Test
  void sealsToTheKnownAnswer() {
    GcmLane lane = lane();
    fill(lane, PLAIN + "00".repeat(16));
    lane.seal();
    assertThat(HEX.formatHex(lane.output)).isEqualTo(CIPHER + TAG);
  }

  @Test
  void opensTheKnownAnswer() throws Exception {
    GcmLane lane = lane();
    fill(lane, CIPHER + TAG);
    lane.open();
    assertThat(HEX.formatHex(lane.output, 0, 16)).isEqualTo(PLAIN);
  }

  @Test
  void opensAgainAfterAWrongTag() throws Exception {
    GcmLane lane = lane();
    fill(lane, CIPHER + "00".repeat(16));
    assertThatThrownBy(lane::open).isInstanceOf(AEADBadTagException.class);
    assertThat(lane.output).containsOnly(0);
    fill(lane, CIPHER + TAG);
    lane.open();
    assertThat(HEX.formatHex(lane.output, 0, 16)).isEqualTo(PLAIN);
  }

  @Test
  void refusesToSealTwiceWithOneNonce() {
    GcmLane lane = lane();
    fill(lane, PLAIN + "00".repeat(16));
    lane.seal();
    assertThatThrownBy(lane::seal).isInstanceOf(IllegalStateException.class);
  }

  private static GcmLane lane() {
    try (SecretBytes key = SecretBytes.takeOver(HEX.parseHex(KEY))) {
      return new GcmLane(key, 16, 16);
    }
  }

  private static void fill(GcmLane lane, String input) {
    copy(input, lane.input);
    copy(NONCE, lane.nonce);
    copy(AAD, lane.aad);
  }

  private static void copy(String hex, byte[] target) {
    System.arraycopy(HEX.parseHex(hex), 0, target, 0, target.length);
  }
}
