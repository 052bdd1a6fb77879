package io.blockseal.ebs;

import io.blockseal.volume.engine.TreeRoot;
import io.blockseal.volume.engine.WitnessedRoots;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is kept of the state of one GCM volume, to notice when its files are older. Immutable.
///
/// @param acceptances older copies that were let pass, oldest first, the last [#MAX_ACCEPTANCES]
record RootRecord(WitnessedRoots roots, List<RollbackAcceptance> acceptances) {
  /// Each one is in the log as well.
  static final int MAX_ACCEPTANCES = 10;

  RootRecord {
    acceptances = List.copyOf(acceptances);
  }

  RootRecord with(WitnessedRoots newRoots) {
    return new RootRecord(newRoots, acceptances);
  }

  /// Lets what was found pass, once.
  RootRecord with(RollbackAcceptance acceptance) {
    List<RollbackAcceptance> all = new ArrayList<>(acceptances);
    all.add(acceptance);
    int surplus = Math.max(0, all.size() - MAX_ACCEPTANCES);
    return new RootRecord(roots.accepting(acceptance.found()), all.subList(surplus, all.size()));
  }

  Fields toFields() {
    return Fields.empty()
        .put("current", fields(roots.current()))
        .put("next", fieldsOrNull(roots.next()))
        .put("accepted", fieldsOrNull(roots.accepted()))
        .put("acceptances", acceptances, RollbackAcceptance::toFields);
  }

  static RootRecord of(Fields fields) {
    return new RootRecord(
        new WitnessedRoots(
            root(fields.object("current")),
            fields.objectOrNull("next", RootRecord::root),
            fields.objectOrNull("accepted", RootRecord::root)),
        fields.list("acceptances", RollbackAcceptance::of));
  }

  static Fields fields(TreeRoot root) {
    return Fields.empty()
        .put("epoch", Integer.valueOf(root.epoch()))
        .put("sequence", Long.valueOf(root.sequence()))
        .put("root", root.root());
  }

  static TreeRoot root(Fields fields) {
    return new TreeRoot(fields.integer("epoch"), fields.wide("sequence"), fields.text("root"));
  }

  private static @Nullable Fields fieldsOrNull(@Nullable TreeRoot root) {
    return root == null ? null : fields(root);
  }
}
