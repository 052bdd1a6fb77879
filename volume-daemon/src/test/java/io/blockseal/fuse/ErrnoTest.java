package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.engine.ReadOnlyVolumeException;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.engine.VolumeClosedException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class ErrnoTest {
  @Test
  void aRefusalCarriesItsOwn() {
    assertThat(Errno.of(new ErrnoException(Errno.EFBIG, "too large"))).isEqualTo(Errno.EFBIG);
  }

  @Test
  void tamperedBytesAreAnInputOutputError() {
    assertThat(Errno.of(new UnreadableUnitException("vol-1", 7, "tag"))).isEqualTo(Errno.EIO);
  }

  @Test
  void aFullDiskIsToldApartHoweverDeepItIsWrapped() {
    assertThat(Errno.of(new IOException("No space left on device"))).isEqualTo(Errno.ENOSPC);
    assertThat(Errno.of(new FileSystemException("/v", null, "Disk quota exceeded")))
        .isEqualTo(Errno.ENOSPC);
    assertThat(Errno.of(new IOException("journal", new IOException("No space left on device"))))
        .isEqualTo(Errno.ENOSPC);
  }

  @Test
  void aClosedDeviceIsGone() {
    assertThat(Errno.of(new VolumeClosedException("vol-1"))).isEqualTo(Errno.ENODEV);
    assertThat(Errno.of(new ClosedChannelException())).isEqualTo(Errno.ENODEV);
    assertThat(Errno.of(new AsynchronousCloseException())).isEqualTo(Errno.ENODEV);
  }

  @Test
  void aReadOnlyDeviceSaysSo() {
    assertThat(Errno.of(new ReadOnlyVolumeException("vol-1", null))).isEqualTo(Errno.EROFS);
  }

  @Test
  void aRangeThatDoesNotFitIsInvalid() {
    assertThat(Errno.of(new IllegalArgumentException("offset -1"))).isEqualTo(Errno.EINVAL);
    assertThat(Errno.of(new IndexOutOfBoundsException(4096))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void everythingElseIsAnInputOutputError() {
    assertThat(Errno.of(new IOException("unplugged"))).isEqualTo(Errno.EIO);
    assertThat(Errno.of(new NullPointerException())).isEqualTo(Errno.EIO);
    assertThat(Errno.of(new OutOfMemoryError())).isEqualTo(Errno.EIO);
  }

  @Test
  void numbersAreThoseOfLinux() {
    assertThat(Errno.ENODATA.number()).isEqualTo(61);
    assertThat(Errno.EOPNOTSUPP.number()).isEqualTo(95);
  }
}
