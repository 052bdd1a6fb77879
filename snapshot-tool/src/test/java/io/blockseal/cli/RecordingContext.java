package io.blockseal.cli;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.kms.KmsApi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A context whose services answer from a script and remember what they were asked, and whose host
/// does nothing.
public final class RecordingContext implements Context {
  private static final Caller CALLER =
      new Caller(
          "123456789012",
          "us-east-1",
          "arn:aws:iam::123456789012:root",
          "123456789012",
          "AKIA",
          "r",
          "::1",
          "t",
          null);

  public final Map<String, Function<Object, Object>> answers = new HashMap<>();
  public final List<Object> requests = new ArrayList<>();
  public final Map<String, Map<String, @Nullable Object>> daemonAnswers = new HashMap<>();
  public final List<String> hostCalls = new ArrayList<>();
  public final StringWriter out = new StringWriter();
  public final StringWriter notes = new StringWriter();
  public Output.Format format = Output.Format.table;
  public @Nullable String content;
  public List<Host.LoopMount> loops = List.of();
  public boolean mountFails;

  /// Runs one command line and returns its exit code.
  public int run(String... arguments) {
    GlobalOptions options = new GlobalOptions(Map.of());
    return CommandTable.of(this, options, "test").execute(arguments);
  }

  @Override
  public KmsApi kms() {
    return scripted(KmsApi.class);
  }

  @Override
  public Ec2Api ec2() {
    return scripted(Ec2Api.class);
  }

  private <A> A scripted(Class<A> api) {
    return api.cast(
        Proxy.newProxyInstance(
            api.getClassLoader(),
            new Class<?>[] {api},
            (proxy, method, arguments) -> {
              requests.add(arguments[1]);
              Function<Object, Object> answer = answers.get(method.getName());
              if (answer == null) {
                throw new AssertionError("no answer scripted for " + method.getName());
              }
              return answer.apply(arguments[1]);
            }));
  }

  @Override
  public DaemonApi daemon() {
    return new DaemonApi() {
      @Override
      public Optional<Map<String, @Nullable Object>> get(String path) {
        return Optional.ofNullable(daemonAnswers.get(path));
      }

      @Override
      public Map<String, @Nullable Object> post(String path, Map<String, ?> body) {
        requests.add(Map.of(path, body));
        return daemonAnswers.getOrDefault(path, Map.of());
      }
    };
  }

  @Override
  public Caller caller() {
    return CALLER;
  }

  @Override
  public String region() {
    return CALLER.region();
  }

  @Override
  public Output output() {
    return new Output(new PrintWriter(out), format, false);
  }

  @Override
  public PrintWriter notes() {
    return new PrintWriter(notes);
  }

  @Override
  public ProgressBar progress(String label) {
    return new ProgressBar(notes(), false, label, InstantSource.system());
  }

  @Override
  public Host host() {
    return new RecordingHost();
  }

  private final class RecordingHost implements Host {
    @Override
    public boolean exists(Path file) {
      return true;
    }

    @Override
    public Optional<String> contentOf(Path file) {
      return Optional.ofNullable(content);
    }

    @Override
    public void makeFileSystem(FileSystem kind, Path file) {
      hostCalls.add("mkfs." + kind + " " + file);
    }

    @Override
    public String attachLoop(Path file) {
      hostCalls.add("losetup " + file);
      return "/dev/loop7";
    }

    @Override
    public void detachLoop(String loopDevice) {
      hostCalls.add("losetup -d " + loopDevice);
    }

    @Override
    public void mount(String loopDevice, Path directory) {
      if (mountFails) {
        throw new CommandException("no such file system");
      }
      hostCalls.add("mount " + loopDevice + " " + directory);
    }

    @Override
    public void unmount(Path directory) {
      hostCalls.add("umount " + directory);
    }

    @Override
    public List<LoopMount> loopsOf(Path file) {
      return loops;
    }
  }
}
