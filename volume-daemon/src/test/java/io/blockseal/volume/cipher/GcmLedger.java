package io.blockseal.volume.cipher;

import io.blockseal.volume.cipher.CipherLibraries.Choice;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/// Everything that this JVM encrypts with AES-GCM, wherever in the house: between open and close it
/// stands before the JDK's own provider, which all of it goes to then, notes key, nonce and
/// message, and hands the work on. Two messages under one key and nonce give both away, so a test
/// that finds any fails. Thread-safe; one is open at a time.
public final class GcmLedger implements AutoCloseable {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final String BEHIND = "SunJCE";

  private final Provider provider = new LedgerProvider(this);
  private final Map<Use, String> messages = new ConcurrentHashMap<>();
  private final Queue<Use> repeated = new ConcurrentLinkedQueue<>();
  private final AtomicLong repeatedAlike = new AtomicLong();

  /// One use of a key: its digest and the nonce, in hexadecimal.
  public record Use(String key, String nonce) {}

  private GcmLedger() {}

  /// A ledger that notes everything from now on.
  public static GcmLedger open() {
    GcmLedger ledger = new GcmLedger();
    CipherLibraries.choose(Choice.JDK);
    if (Security.insertProviderAt(ledger.provider, 1) != 1) {
      throw new IllegalStateException("another ledger is open");
    }
    return ledger;
  }

  /// How many messages were encrypted, each counted once.
  public long count() {
    return messages.size();
  }

  /// How many keys were used.
  public long keys() {
    return messages.keySet().stream().map(Use::key).distinct().count();
  }

  /// Uses under which different messages were encrypted.
  public Set<Use> repeated() {
    return Set.copyOf(repeated);
  }

  /// How often the very same message was encrypted again under the same key and nonce, which tells
  /// nobody anything.
  public long repeatedAlike() {
    return repeatedAlike.get();
  }

  @Override
  public void close() {
    Security.removeProvider(provider.getName());
    CipherLibraries.choose(Choice.AUTO);
  }

  private void note(Use use, byte[] messageDigest) {
    String message = HexFormat.of().formatHex(messageDigest);
    String before = messages.putIfAbsent(use, message);
    if (before != null && before.equals(message)) {
      repeatedAlike.incrementAndGet();
    } else if (before != null) {
      repeated.add(use);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Offers one cipher, in the name of the ledger.
  private static final class LedgerProvider extends Provider {
    private static final long serialVersionUID = 1L;

    private LedgerProvider(GcmLedger ledger) {
      super("GcmLedger", "1", "notes what is encrypted");
      putService(
          new Service(this, "Cipher", TRANSFORMATION, Sealing.class.getName(), null, null) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
              return new Sealing(ledger);
            }
          });
    }
  }

  /// One cipher object: the JDK's, watched.
  private static final class Sealing extends CipherSpi {
    private final GcmLedger ledger;
    private final Cipher cipher;
    private final MessageDigest message = sha256();
    private @Nullable Use use;

    private Sealing(GcmLedger ledger) {
      this.ledger = ledger;
      try {
        cipher = Cipher.getInstance(TRANSFORMATION, BEHIND);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      cipher.init(mode, key, parameters, random);
      message.reset();
      use =
          mode == Cipher.ENCRYPT_MODE
              ? new Use(
                  HexFormat.of().formatHex(sha256().digest(key.getEncoded())),
                  HexFormat.of().formatHex(((GCMParameterSpec) parameters).getIV()))
              : null;
    }

    @Override
    protected void engineUpdateAAD(byte[] bytes, int offset, int lengthBytes) {
      message.update(bytes, offset, lengthBytes);
      cipher.updateAAD(bytes, offset, lengthBytes);
    }

    @Override
    protected int engineDoFinal(
        byte[] input, int offset, int lengthBytes, byte[] output, int outputOffset)
        throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
      if (use != null) {
        message.update(input, offset, lengthBytes);
        ledger.note(use, message.digest());
      }
      return cipher.doFinal(input, offset, lengthBytes, output, outputOffset);
    }

    @Override
    protected byte[] engineDoFinal(byte[] input, int offset, int lengthBytes)
        throws IllegalBlockSizeException, BadPaddingException {
      if (use != null) {
        message.update(input, offset, lengthBytes);
        ledger.note(use, message.digest());
      }
      return cipher.doFinal(input, offset, lengthBytes);
    }

    @Override
    protected int engineGetBlockSize() {
      return cipher.getBlockSize();
    }

    @Override
    protected int engineGetOutputSize(int inputBytes) {
      return cipher.getOutputSize(inputBytes);
    }

    @Override
    protected byte[] engineGetIV() {
      return cipher.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return cipher.getParameters();
    }

    @Override
    protected void engineSetMode(String mode) {
      throw unforeseen();
    }

    @Override
    protected void engineSetPadding(String padding) {
      throw unforeseen();
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) {
      throw unforeseen();
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
      throw unforeseen();
    }

    @Override
    protected byte[] engineUpdate(byte[] input, int offset, int lengthBytes) {
      throw unforeseen();
    }

    @Override
    protected int engineUpdate(
        byte[] input, int offset, int lengthBytes, byte[] output, int outputOffset) {
      throw unforeseen();
    }

    @Override
    protected void engineUpdateAAD(ByteBuffer bytes) {
      throw unforeseen();
    }

    /// Whoever begins to use the cipher in another way has to teach the ledger to note it.
    private static UnsupportedOperationException unforeseen() {
      return new UnsupportedOperationException("the ledger would miss a message");
    }
  }
}
