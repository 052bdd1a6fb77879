package io.blockseal.http;

import java.nio.file.Path;

/// Where the server's certificate chain and its private key are: PEM files, the key in PKCS#8
/// without a passphrase.
public record TlsFiles(Path certificate, Path key) {}
