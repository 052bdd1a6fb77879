package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// That the ledger notices what it is there for.
final class GcmLedgerTest {
  private static final int UNIT = 4096;

  private final GcmLedger ledger = GcmLedger.open();

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  @Test
  void notesEveryMessage() throws TagMismatchException {
    try (GcmUnitCipher one = cipher(1);
        GcmUnitCipher two = cipher(2)) {
      for (int counter = 1; counter <= 3; counter++) {
        seal(one, 7, counter, 'a');
        seal(two, 7, counter, 'a');
      }
      ByteBuffer record = ByteBuffer.allocate(UnitRecord.BYTES);
      ByteBuffer sealed = ByteBuffer.allocate(UNIT);
      one.encrypt(7, 4, ByteBuffer.allocate(UNIT), sealed, record);
      one.decrypt(7, sealed.flip(), record.flip(), ByteBuffer.allocate(UNIT));
    }
    assertThat(ledger.count()).isEqualTo(7);
    assertThat(ledger.keys()).isEqualTo(2);
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.repeatedAlike()).isZero();
  }

  @Test
  void noticesACounterThatIsUsedTwice() {
    try (GcmUnitCipher first = cipher(1);
        GcmUnitCipher again = cipher(1)) {
      seal(first, 7, 1, 'a');
      seal(again, 7, 1, 'b');
      seal(first, 7, 2, 'a');
      seal(again, 8, 2, 'a');
    }
    assertThat(ledger.repeated()).hasSize(2);
    assertThat(ledger.repeatedAlike()).isZero();
  }

  @Test
  void tellsTheSameMessageFromAnother() {
    try (GcmUnitCipher first = cipher(1);
        GcmUnitCipher again = cipher(1)) {
      seal(first, 7, 1, 'a');
      seal(again, 7, 1, 'a');
    }
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.repeatedAlike()).isEqualTo(1);
  }

  @Test
  void notesNothingOnceItIsClosed() {
    ledger.close();
    try (GcmUnitCipher cipher = cipher(1)) {
      seal(cipher, 7, 1, 'a');
    }
    assertThat(ledger.count()).isZero();
  }

  private static GcmUnitCipher cipher(int keyFill) {
    byte[] key = new byte[GcmUnitCipher.KEY_BYTES];
    Arrays.fill(key, (byte) keyFill);
    try (SecretBytes secret = SecretBytes.takeOver(key)) {
      return new GcmUnitCipher(secret, new byte[GcmUnitCipher.LINEAGE_BYTES], 1);
    }
  }

  private static void seal(GcmUnitCipher cipher, long unit, long counter, char fill) {
    byte[] plain = new byte[UNIT];
    Arrays.fill(plain, (byte) fill);
    cipher.encrypt(
        unit,
        counter,
        ByteBuffer.wrap(plain),
        ByteBuffer.allocate(UNIT),
        ByteBuffer.allocate(UnitRecord.BYTES));
  }
}
