/// The generator of the AWS shapes: reads the service models under `src/main/models` and writes
/// records, enums, errors, `…Api` interfaces and operation tables. It runs while the project is
/// built, before anything of the project is compiled, so it imports the JDK only.
///
/// Threads: one. Nothing imports this package.
package io.blockseal.generator;
