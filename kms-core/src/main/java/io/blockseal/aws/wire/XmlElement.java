package io.blockseal.aws.wire;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// An element of an XML answer, with its text or its children; attributes and namespaces do not
/// matter here. Confined to one call.
final class XmlElement {

  /// No shape that is served nests deeper than a quarter of this.
  private static final int MAX_DEPTH = 64;

  private static final XMLInputFactory FACTORY = factory();

  private final String name;
  private final List<XmlElement> children = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private XmlElement(String name) {
    this.name = name;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /// Reads a document's root. Throws an [XMLStreamException] if it is not well-formed or nests too
  /// deep.
  static XmlElement parse(byte[] xml) throws XMLStreamException {
    XMLStreamReader reader;
    synchronized (FACTORY) {
      // The JDK does not promise that its factory may be shared by threads; readers are their
      // thread's own.
      // Decoded here, as the JDK's reader prints what it finds wrong with bytes to standard error.
      reader =
          FACTORY.createXMLStreamReader(new StringReader(new String(xml, StandardCharsets.UTF_8)));
    }
    try {
      return parse(reader);
    } finally {
      reader.close();
    }
  }

  private static XmlElement parse(XMLStreamReader reader) throws XMLStreamException {
    XmlElement document = new XmlElement("");
    List<XmlElement> open = new ArrayList<>(List.of(document));
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (open.size() > MAX_DEPTH) {
            throw new XMLStreamException("elements nest deeper than " + MAX_DEPTH);
          }
          XmlElement element = new XmlElement(reader.getLocalName());
          open.getLast().children.add(element);
          open.add(element);
        }
        case XMLStreamConstants.END_ELEMENT -> open.removeLast();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            open.getLast().text.append(reader.getText());
        default -> {}
      }
    }
    return document.children.getFirst();
  }

  String name() {
    return name;
  }

  String text() {
    return text.toString();
  }

  List<XmlElement> children() {
    return children;
  }

  /// The first child of this name; null if there is none.
  @Nullable XmlElement child(String childName) {
    for (XmlElement child : children) {
      if (child.name.equals(childName)) {
        return child;
      }
    }
    return null;
  }

  /// The text of the first child of this name; null if there is none.
  @Nullable String childText(String childName) {
    XmlElement child = child(childName);
    return child == null ? null : child.text();
  }
}
