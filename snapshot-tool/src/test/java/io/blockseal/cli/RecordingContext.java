package io.blockseal.cli;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.kms.KmsApi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
  public @Nullable String content;
  public final Set<Path> occupied = new HashSet<>();
  public List<Host.LoopMount> loops = List.of();
  public final Set<String> failing = new HashSet<>();
  public final Map<String, AwsException> daemonRefusals = new HashMap<>();
  public OptionalLong length = OptionalLong.of(1L << 40);
  public @Nullable String presigned;
  private GlobalOptions options = new GlobalOptions(Map.of());

  /// Runs one command line and returns its exit code.
  public int run(String... arguments) {
    options = new GlobalOptions(Map.of());
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
        if (daemonRefusals.containsKey(path)) {
          throw daemonRefusals.get(path);
        }
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
    return new Output(new PrintWriter(out), options.output(), false);
  }

  @Override
  public Notes notes() {
    return new Notes(new PrintWriter(notes), options.output());
  }

  @Override
  public @Nullable String presignedCopy(CopySnapshotRequest request) {
    return presigned;
  }

  @Override
  public ProgressBar progress(String label) {
    return new ProgressBar(new PrintWriter(notes), false, label, InstantSource.system());
  }

  @Override
  public Host host() {
    return new RecordingHost();
  }

  private final class RecordingHost implements Host {
    private final LinuxHost real = new LinuxHost();

    @Override
    public OptionalLong lengthOf(Path file) {
      return length;
    }

    @Override
    public Optional<String> contentOf(Path file) {
      return Optional.ofNullable(content);
    }

    @Override
    public void makeFileSystem(FileSystem kind, Path file, boolean force) {
      call("mkfs." + kind + (force ? " by force " : " ") + file);
    }

    @Override
    public String attachLoop(Path file) {
      call("losetup " + file);
      return "/dev/loop7";
    }

    @Override
    public void resizeLoop(String loopDevice) {
      call("losetup -c " + loopDevice);
    }

    @Override
    public List<String> growCommand(LoopMount loop) {
      return real.growCommand(loop);
    }

    @Override
    public void run(List<String> command) {
      call(String.join(" ", command));
    }

    @Override
    public void detachLoop(String loopDevice) {
      call("losetup -d " + loopDevice);
    }

    @Override
    public boolean holdsAnything(Path directory) {
      return occupied.contains(directory);
    }

    @Override
    public void mount(String loopDevice, Path directory) {
      call("mount " + loopDevice + " " + directory);
    }

    @Override
    public void unmount(Path directory, boolean lazily) {
      call((lazily ? "umount -l " : "umount ") + directory);
    }

    @Override
    public List<LoopMount> loopsOf(Path file) {
      return loops;
    }

    private void call(String call) {
      if (failing.stream().anyMatch(call::startsWith)) {
        throw new CommandException("`" + call + "` failed");
      }
      hostCalls.add(call);
    }
  }
}
