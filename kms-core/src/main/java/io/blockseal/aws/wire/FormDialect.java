package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import java.util.Locale;

/// What Query and EC2 Query do differently with names, lists and bad values.
enum FormDialect {
  /// Names as in the model, lists as `Name.member.N`; fields that the model does not know are
  /// ignored.
  QUERY {
    @Override
    String requestName(Member member) {
      return member.xmlName();
    }

    @Override
    String listStep(Shape.Listing listing) {
      return elementName(listing);
    }

    @Override
    String elementName(Shape.Listing listing) {
      return listing.elementName() == null ? "member" : listing.elementName();
    }

    @Override
    AwsException badScalar(String name, String value, Shape shape) {
      return AwsException.sender(
          "MalformedInput",
          400,
          "The value '" + value + "' at '" + name + "' is not a " + noun(shape) + ".");
    }

    @Override
    void checkVersion(String served, Form form) {}

    @Override
    void refuseUnread(Form form) {}

    @Override
    void validate(Structure input) {
      Constraints.requireValid(input, "ValidationError");
    }
  },

  /// `queryName`, else the capitalised `locationName`; lists flattened to `Name.N`; errors of EC2.
  EC2 {
    @Override
    String requestName(Member member) {
      if (member.queryName() != null) {
        return member.queryName();
      }
      String name = member.xmlName();
      return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    @Override
    String listStep(Shape.Listing listing) {
      return "";
    }

    @Override
    String elementName(Shape.Listing listing) {
      return listing.elementName() == null ? "item" : listing.elementName();
    }

    @Override
    AwsException badScalar(String name, String value, Shape shape) {
      return Ec2Constraints.badValue(name, value, "It must be a " + noun(shape) + ".");
    }

    @Override
    void checkVersion(String served, Form form) {
      Form asked = form.child("Version");
      String version = asked == null ? null : asked.value();
      if (version == null) {
        throw AwsException.sender(
            "MissingParameter", 400, "The request must contain the parameter Version");
      }
      if (!version.equals(served)) {
        throw AwsException.sender(
            "NoSuchVersion",
            400,
            "The requested version (" + version + ") of service AmazonEC2 does not exist");
      }
    }

    @Override
    void refuseUnread(Form form) {
      String unread = form.findUnread();
      if (unread != null) {
        throw AwsException.sender(
            "UnknownParameter", 400, "The parameter " + unread + " is not recognized");
      }
    }

    @Override
    void validate(Structure input) {
      Ec2Constraints.requireValid(input);
    }
  };

  abstract String requestName(Member member);

  /// What stands between a list's name and the number of an element; empty for nothing.
  abstract String listStep(Shape.Listing listing);

  /// What an XML answer calls an element of this list.
  abstract String elementName(Shape.Listing listing);

  abstract AwsException badScalar(String name, String value, Shape shape);

  /// Throws an [AwsException] if the request is for another version of the API than the one served,
  /// and the service minds.
  abstract void checkVersion(String served, Form form);

  /// Throws an [AwsException] if a field came that nothing has read and the service minds.
  abstract void refuseUnread(Form form);

  abstract void validate(Structure input);

  private static String noun(Shape shape) {
    return switch (shape) {
      case Shape.Flag _ -> "Boolean";
      case Shape.Whole whole -> whole.wide() ? "Long" : "Integer";
      case Shape.Moment _ -> "Timestamp";
      case Shape.Binary _ -> "Blob";
      default -> shape.name();
    };
  }
}
