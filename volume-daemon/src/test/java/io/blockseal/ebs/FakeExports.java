package io.blockseal.ebs;

import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.VolumeExports;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Exports that hand their devices to the test. Thread-safe.
final class FakeExports implements VolumeExports {
  private final Map<String, BlockDevice> devices = new ConcurrentHashMap<>();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  BlockDevice device(String name) {
    return Objects.requireNonNull(devices.get(name), name + " is not published");
  }

  boolean published(String name) {
    return devices.containsKey(name);
  }

  void setBusy(String name, boolean on) {
    if (on) {
      busy.add(name);
    } else {
      busy.remove(name);
    }
  }

  @Override
  public String publish(String name, BlockDevice device, Map<String, String> attributes)
      throws IOException {
    if (devices.putIfAbsent(name, device) != null) {
      throw new IOException(name + " is published already");
    }
    return "/mnt/" + name;
  }

  @Override
  public void checkSeen() {
    // The test has the devices.
  }

  @Override
  public boolean withdraw(String name, boolean force) {
    if (busy.contains(name) && !force) {
      return false;
    }
    devices.remove(name);
    return true;
  }
}
