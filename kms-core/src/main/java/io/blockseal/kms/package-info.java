/// The embedded KMS: every operation of [KmsApi][io.blockseal.aws.kms.KmsApi] over a metadata store
/// and a software HSM.
///
/// One class for an operation or for a few that belong together; [io.blockseal.kms.EmbeddedKms] is
/// their table. What they share: finding a key and asking whether the caller may (`KeyAccess`), the
/// key-state table (`KeyOperation`), the records and the calendar (`KeyTable`, `KeyCalendar`), the
/// wrapped material (`KeyMaterials`). Every change of a key is one atomic commit that insists on
/// the record it was made from, so concurrent calls need no locks; time comes from an
/// `InstantSource`.
///
/// Thread-safe. Other rooms reach keys through `KmsApi`; only the daemon and embedding programs
/// import this one. Imports `aws`, `iam`, `json`, `meta`, `secret`, `hsm` and `blob`.
@NullMarked
package io.blockseal.kms;

import org.jspecify.annotations.NullMarked;
