/// Who there is and who may do what: accounts, access keys, policy documents and the decision on a
/// request.
///
/// Every account has a root user and nobody else: no users, no roles, no identity policies. What
/// remains of AWS's decision procedure, resource policies with conditions and delegation, is
/// complete. A decision can say how it came about.
///
/// Documents and decisions are immutable; [io.blockseal.iam.Accounts] and
/// [io.blockseal.iam.AccessKeys] are thread-safe. May be imported by the services and the daemon;
/// imports `aws`, `json`, `meta`, `secret`, and of the HSM only sealing.
@NullMarked
package io.blockseal.iam;

import org.jspecify.annotations.NullMarked;
