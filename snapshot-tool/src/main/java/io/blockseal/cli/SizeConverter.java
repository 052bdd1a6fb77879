package io.blockseal.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a size on the command line as whole GiB.
public final class SizeConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      return Sizes.gibibytes(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
