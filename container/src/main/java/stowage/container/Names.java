package stowage.container;

import java.security.SecureRandom;
import java.util.regex.Pattern;
import stowage.base.StowageException.InvalidArgument;

/** Container names: what they may look like, and ones made up of a trait and a port. */
final class Names {
  /** Longer ones would not fit where host names and file names must. */
  private static final int LENGTH_MAX = 200;

  private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String[] TRAITS =
      ("able amber ample azure bold brave brisk broad calm clear coastal copper crisp deft dry"
           + " eager early even fair fast firm fleet fond frank fresh gentle glad golden grand"
           + " green hardy hasty high honest humble jolly keen kind large late laden level light"
           + " lively loyal lucky mellow merry mild mighty modest neat nimble noble olive open"
           + " patient plain prompt proud quick quiet rapid ready regal robust rosy round ruby"
           + " salty sandy sharp shiny silent silver sleek slow smooth snug sober solid sound spare"
           + " spry stable steady stout strong sturdy sunny sure swift tidy tranquil trim true"
           + " upbeat vast vivid warm watchful wide windy wise witty young zesty")
          .split(" ");

  private static final String[] PORTS =
      ("aalborg aden alexandria algiers ancona antwerp aqaba aveiro bahia baltimore barcelona basra"
           + " batumi belem bergen bilbao bordeaux boston bremen brest brindisi bristol busan cadiz"
           + " calais cardiff cartagena chennai colombo copenhagen cork corinth dakar danzig darwin"
           + " dover dublin dunkirk durban emden esbjerg faro fremantle galway genoa gdansk ghent"
           + " gijon goa hamburg hanko havana helsinki hobart hull incheon istanbul izmir jaffa"
           + " jeddah kiel kobe kotka lagos larnaca lisbon livorno luanda lubeck macau malaga malmo"
           + " manila marseille messina mombasa montreal mumbai muscat nagoya nantes naples narvik"
           + " odessa oran osaka oslo ostend palermo patras penang perth piraeus plymouth porto"
           + " quebec reval riga rijeka rostock rotterdam salerno santos seattle split stockholm"
           + " suez sydney tampico tangier taranto tartus trieste tripoli tromso tunis turku"
           + " valencia valparaiso varna venice veracruz vigo yokohama zadar zanzibar")
          .split(" ");

  private Names() {}

  /** The name without its leading slash; InvalidArgument if it cannot be one. */
  static String checked(String name) {
    String bare = name.startsWith("/") ? name.substring(1) : name;
    if (!VALID.matcher(bare).matches() || bare.length() > LENGTH_MAX) {
      throw new InvalidArgument(
          "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
              .formatted(name));
    }
    return bare;
  }

  /** A name such as {@code steady_lisbon}; with a number behind it from the second attempt on. */
  static String random(int attempt) {
    String name = TRAITS[RANDOM.nextInt(TRAITS.length)] + "_" + PORTS[RANDOM.nextInt(PORTS.length)];
    return attempt == 0 ? name : name + RANDOM.nextInt(10 * attempt);
  }
}
