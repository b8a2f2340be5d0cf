import java.io.ByteArrayOutputStream;

public final class First {
    public static void main(String[] args) throws java.io.IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        for (int letter; (letter = System.in.read()) >= 0; ) json.write(letter);
        try (Hemvist.Policy policy = Hemvist.Policy.standard();
                Hemvist.Pool pool = Hemvist.Pool.fromJson(json.toByteArray());
                Hemvist.Plan plan = pool.match(policy, null)) {
            System.out.println(new String(plan.document(), "UTF-8"));
        }
    }
}
