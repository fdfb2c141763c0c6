package io.sallyport.control.ec2.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.ec2.errors.Ec2Error;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    @Test
    void listsAreFlatAndInTheOrderOfTheirNumbers() {
        Parameters all =
                Parameters.parse(
                        "Id.10=ten&Id.2=two&Id.1=one&Idle.1=no&Filter.1.Name=a&Filter.1.Value.2=y"
                                + "&Filter.1.Value.1=x&Filter.2.Name=b");
        assertThat(all.list("Id")).containsExactly("one", "two", "ten");
        List<Parameters> filters = all.items("Filter");
        assertThat(filters).hasSize(2);
        assertThat(filters.getFirst().list("Value")).containsExactly("x", "y");
        assertThat(filters.getLast().text("Name")).contains("b");
        assertThat(Parameters.declared("Filter.12.Value.3")).isEqualTo("Filter.N.Value.N");
    }

    @Test
    void formsAreDecodedAsBrowsersEncodeThem() {
        Parameters all = Parameters.parse("a=1+2%20%2B%C3%BC&b=&c&=d", "e=f%3D%26");
        assertThat(all.text("a")).contains("1 2 +\u00fc");
        assertThat(all.text("b")).isEmpty();
        assertThat(all.textOrEmpty("b")).contains("");
        assertThat(all.textOrEmpty("c")).contains("");
        assertThat(all.text("e")).contains("f=&");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "%=a", "a=%FF", "a=%C3", "a=1&a=2", "a=\u00fc"})
    void whatIsNoFormIsRefused(String form) {
        assertThatThrownBy(() -> Parameters.parse(form))
                .isInstanceOfSatisfying(
                        Ec2Error.class,
                        e -> assertThat(e.code()).isEqualTo("InvalidQueryParameter"));
    }

    @Test
    void oneNumberOfAListIsThereOnce() {
        Parameters all = Parameters.parse("Id.1=a&Id.01=b");
        assertThatThrownBy(() -> all.list("Id")).isInstanceOf(Ec2Error.class);
    }

    @Test
    void numbersAndFlagsHaveBounds() {
        Parameters all = Parameters.parse("n=5&big=99999999999&no=x&neg=-1&t=true&f=False");
        assertThat(all.number("n", 5, 9)).contains(5);
        assertThat(all.number("none", 5, 9)).isEmpty();
        assertThat(all.flag("t")).contains(true);
        for (String name : List.of("big", "no", "neg")) {
            assertThatThrownBy(() -> all.number(name, 0, 9)).isInstanceOf(Ec2Error.class);
        }
        assertThatThrownBy(() -> all.flag("f")).isInstanceOf(Ec2Error.class);
    }

    @ParameterizedTest
    @CsvSource({
        "abc,abc,true",
        "abc,abd,false",
        "a*,abc,true",
        "*c,abc,true",
        "a?c,abc,true",
        "a?,abc,false",
        "*,'',true",
        "'','',true",
        "'',a,false",
        "a\\*,a*,true",
        "a\\*,ab,false",
        "\\?,?,true",
        "\\?,x,false",
        "\\\\,\\,true",
        "a*b*c,aXbYbZc,true",
        "a*b*c,aXbYbZ,false",
        "**,x,true",
        "A,a,false"
    })
    void wildcardsMatchAsAwsSaysTheyDo(String pattern, String text, boolean matches) {
        assertThat(Glob.matches(pattern, text)).isEqualTo(matches);
    }

    @Test
    void patternOfManyStarsTakesNoLongerThanItMust() {
        String text = "a".repeat(2_000);
        assertThat(Glob.matches("*a".repeat(500) + "b", text)).isFalse();
    }

    private static boolean matches(String form, Map<String, String> values) {
        Function<String, Stream<String>> of = name -> Stream.ofNullable(values.get(name));
        return Filters.of(Parameters.parse(form), Set.of("state", "vpc-id", "tag-key"))
                .match(of, new TreeMap<>(Map.of("Name", "web", "empty", "")));
    }

    @Test
    void valuesAreAlternativesAndFiltersAllHold() {
        Map<String, String> thing = Map.of("state", "available", "vpc-id", "vpc-1");
        assertThat(matches("", thing)).isTrue();
        assertThat(matches("Filter.1.Name=state&Filter.1.Value.1=x&Filter.1.Value.2=avail*", thing))
                .isTrue();
        assertThat(
                        matches(
                                "Filter.1.Name=state&Filter.1.Value.1=available"
                                        + "&Filter.2.Name=vpc-id&Filter.2.Value.1=vpc-2",
                                thing))
                .isFalse();
        assertThat(matches("Filter.1.Name=tag%3AName&Filter.1.Value.1=w%3Fb", thing)).isTrue();
        assertThat(matches("Filter.1.Name=tag%3Aempty&Filter.1.Value.1=", thing)).isTrue();
        assertThat(matches("Filter.1.Name=tag%3Aname&Filter.1.Value.1=web", thing)).isFalse();
        assertThat(matches("Filter.1.Name=tag-key&Filter.1.Value.1=empty", thing)).isTrue();
    }

    @Test
    void unknownFiltersAndTooManyOfThemAreRefused() {
        assertThatThrownBy(() -> matches("Filter.1.Name=State&Filter.1.Value.1=x", Map.of()))
                .hasMessage("The filter 'State' is invalid");
        String many =
                String.join(
                        "&",
                        IntStream.range(1, 202)
                                .mapToObj(n -> "Filter.1.Value." + n + "=x")
                                .toList());
        assertThatThrownBy(() -> matches("Filter.1.Name=state&" + many, Map.of()))
                .isInstanceOfSatisfying(
                        Ec2Error.class, e -> assertThat(e.code()).isEqualTo("FilterLimitExceeded"));
    }

    private static byte[] seal(String key, String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest((key + text).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pagesTogetherAreAllThatThereIsOnceAlsoWhileItChanges() {
        List<String> things =
                new ArrayList<>(
                        IntStream.range(0, 23).mapToObj(n -> "k%02d".formatted(n)).toList());
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            Pages.Page<String> page =
                    Pages.page(
                            Parameters.parse("MaxResults=5&NextToken=" + token),
                            things,
                            thing -> thing,
                            text -> seal("alice", text));
            seen.addAll(page.items());
            things.remove("k00");
            things.remove("k04");
            token = page.nextToken() == null ? "" : page.nextToken();
        } while (!token.isEmpty());
        assertThat(seen).hasSize(23).doesNotHaveDuplicates();
    }

    @Test
    void tokensOfOthersAndForgedOnesAreRefused() {
        List<String> things = IntStream.range(0, 9).mapToObj(n -> "k" + n).toList();
        Pages.Page<String> page =
                Pages.page(
                        Parameters.parse("MaxResults=5"),
                        things,
                        t -> t,
                        text -> seal("alice", text));
        for (String token : List.of(page.nextToken() + "AAAA", "AAAA", "!", "%00")) {
            assertThatThrownBy(() ->
                            Pages.page(
                                    Parameters.parse("NextToken=" + token),
                                    things,
                                    t -> t,
                                    text -> seal("alice", text)))
                    .as(token)
                    .isInstanceOfSatisfying(
                            Ec2Error.class,
                            e -> assertThat(e.code()).isEqualTo("InvalidNextToken"));
        }
        assertThatThrownBy(() ->
                        Pages.page(
                                Parameters.parse("NextToken=" + page.nextToken()),
                                things,
                                t -> t,
                                text -> seal("mallory", text)))
                .isInstanceOf(Ec2Error.class);
        for (String size : List.of("4", "1001", "x")) {
            assertThatThrownBy(() ->
                            Pages.page(
                                    Parameters.parse("MaxResults=" + size),
                                    things,
                                    t -> t,
                                    text -> seal("alice", text)))
                    .isInstanceOf(Ec2Error.class);
        }
    }
}
