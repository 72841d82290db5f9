package stowage.container;

import java.util.List;

/** The processes of a container as {@code ps} shows them. */
public record Top(List<String> titles, List<List<String>> processes) {}
