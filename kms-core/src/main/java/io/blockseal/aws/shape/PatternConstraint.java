package io.blockseal.aws.shape;

import java.util.regex.Pattern;

/// A regular expression that a string of some shape must match as a whole. Immutable.
///
/// @param text as the model writes it, which is how an error message quotes it
public record PatternConstraint(String text, Pattern compiled) {

  public static PatternConstraint of(String text) {
    return new PatternConstraint(text, Pattern.compile(text));
  }

  public boolean accepts(String value) {
    return compiled.matcher(value).matches();
  }
}
