import com.google.gerrit.pgm.util.AbstractProgram;
import java.util.List;

/** Starts a program of Gerrit (Init, Daemon) by its name, as the launcher in Gerrit's war does. */
public final class Start {
  public static void main(String[] words) throws Exception {
    var type = Class.forName("com.google.gerrit.pgm." + words[0]).asSubclass(AbstractProgram.class);
    var rest = List.of(words).subList(1, words.length).toArray(String[]::new);
    System.exit(type.getDeclaredConstructor().newInstance().main(rest));
  }
}
