package io.blockseal.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Makes Java of the AWS service models, at build time, run from source:
///
/// `java Generator.java <directory of models> <directory of generated sources>`
///
/// Every `<service>.json` becomes a package `io.blockseal.aws.<service>`. A file whose text stays
/// the same is not written again, so the compiler's own staleness check holds; a file that no model
/// asks for any more is deleted. The stamp beside the output directory says when that was last
/// done, so that the build can leave it out.
public final class Generator {

  private static final String ROOT_PACKAGE = "io.blockseal.aws";

  private Generator() {}

  public static void main(String[] args) throws IOException {
    Path models = Path.of(args[0]);
    Path output = Path.of(args[1]);
    Map<Path, String> files = new TreeMap<>();
    for (Path model : modelFiles(models)) {
      generate(model, output, files);
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      writeIfChanged(file.getKey(), file.getValue());
    }
    deleteOthers(output, files.keySet());
    Path stamp = output.resolveSibling(output.getFileName() + ".stamp");
    Files.writeString(stamp, files.size() + " files\n");
  }

  private static List<Path> modelFiles(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static void generate(Path modelFile, Path output, Map<Path, String> files)
      throws IOException {
    String service = modelFile.getFileName().toString().replace(".json", "");
    String packageName = ROOT_PACKAGE + "." + service;
    Model model;
    try {
      model = Model.read(Names.capitalised(service), Json.parse(Files.readString(modelFile)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(modelFile + ": " + e.getMessage(), e);
    }
    Path directory = output.resolve(packageName.replace('.', '/'));
    Map<String, String> sources = new TreeMap<>();
    for (Model.Structure structure : model.structures()) {
      sources.put(structure.name(), new RecordSource(model, structure).text());
    }
    for (Model.Enumeration enumeration : model.enumerations()) {
      sources.put(enumeration.name(), EnumSource.text(enumeration));
    }
    for (Model.Failure failure : model.failures()) {
      sources.put(failure.name(), ServiceSource.exception(failure));
    }
    ServiceSource serviceSource = new ServiceSource(model);
    sources.put("Scalars", ScalarsSource.text(model));
    sources.put(model.prefix() + "Api", serviceSource.api());
    sources.put(model.prefix() + "Model", serviceSource.model());
    sources.put("Remote" + model.prefix(), serviceSource.remote());
    sources.forEach(
        (name, text) ->
            files.put(
                directory.resolve(name + ".java"),
                "// Generated from "
                    + modelFile.getFileName()
                    + ".\npackage "
                    + packageName
                    + ";\n\n"
                    + text));
  }

  private static void writeIfChanged(Path file, String text) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return;
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void deleteOthers(Path output, Set<Path> wanted) throws IOException {
    if (!Files.isDirectory(output)) {
      return;
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(output)) {
      tree.filter(Files::isRegularFile).forEach(found::add);
    }
    found.removeAll(new HashSet<>(wanted));
    for (Path file : found) {
      Files.delete(file);
    }
  }
}
