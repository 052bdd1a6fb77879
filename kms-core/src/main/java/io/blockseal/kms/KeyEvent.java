package io.blockseal.kms;

import java.time.Instant;

/// What happened to a key by itself, because its time had come; for the audit trail.
public sealed interface KeyEvent {
  String keyArn();

  /// When it was due.
  Instant due();

  /// The key rotated; `materialId` is its new material.
  record Rotated(String keyArn, Instant due, String materialId) implements KeyEvent {}

  /// The key is gone; its material is destroyed now, or as soon as that can be done.
  record Deleted(String keyArn, Instant due) implements KeyEvent {}
}
