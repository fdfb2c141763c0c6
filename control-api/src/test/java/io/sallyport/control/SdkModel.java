package io.sallyport.control;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.RequiredTrait;

/** The model that AWS's newest Java client carries in its classes. */
final class SdkModel {

    private static final Map<MarshallingType<?>, String> SCALARS =
            Map.of(
                    MarshallingType.STRING, "string",
                    MarshallingType.INTEGER, "integer",
                    MarshallingType.LONG, "long",
                    MarshallingType.DOUBLE, "double",
                    MarshallingType.BOOLEAN, "boolean",
                    MarshallingType.INSTANT, "timestamp");

    private SdkModel() {}

    /** What the answer of an action has in it. */
    static AnswerShape.Structure response(String action) throws ReflectiveOperationException {
        Object builder =
                Class.forName("software.amazon.awssdk.services.ec2.model." + action + "Response")
                        .getMethod("builder")
                        .invoke(null);
        return structure((SdkPojo) builder);
    }

    private static AnswerShape.Structure structure(SdkPojo builder) {
        Class<?> model = Objects.requireNonNull(builder.getClass().getEnclosingClass());
        Map<String, SdkField<?>> fields =
                builder.sdkFields().stream()
                        .collect(
                                Collectors.toMap(
                                        SdkField::unmarshallLocationName, Function.identity()));
        Set<String> required =
                fields.entrySet().stream()
                        .filter(field -> field.getValue().containsTrait(RequiredTrait.class))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        return new AnswerShape.Structure(
                name -> Optional.ofNullable(fields.get(name)).map(field -> shape(field, model)),
                required);
    }

    private static AnswerShape shape(SdkField<?> field, Class<?> model) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.LIST) {
            ListTrait list = field.getTrait(ListTrait.class);
            String item = Optional.ofNullable(list.memberLocationName()).orElse("member");
            return new AnswerShape.ListOf(item, shape(list.memberFieldInfo(), model));
        }
        if (type == MarshallingType.SDK_POJO) {
            return structure(field.constructor().get());
        }
        return values(field, model)
                .map(AnswerShape::oneOf)
                .orElseGet(() ->
                        AnswerShape.scalar(
                                Optional.ofNullable(SCALARS.get(type))
                                        .orElseThrow(() ->
                                                new AssertionError(
                                                        field.memberName() + " is " + type))));
    }

    /** Where the getter answers one of an enumeration, its values. */
    private static Optional<Set<String>> values(SdkField<?> field, Class<?> model) {
        String member = Optional.ofNullable(field.memberName()).orElse("");
        if (member.isEmpty()) {
            return Optional.empty();
        }
        String getter = member.substring(0, 1).toLowerCase(Locale.ROOT) + member.substring(1);
        return Stream.of(model.getMethods())
                .filter(method -> method.getName().equals(getter))
                .filter(method -> method.getParameterCount() == 0)
                .map(Method::getReturnType)
                .filter(Class::isEnum)
                .findFirst()
                .map(type ->
                        Stream.of(Objects.requireNonNull(type.getEnumConstants()))
                                .map(Object::toString)
                                .filter(text -> !text.equals("null"))
                                .collect(Collectors.toSet()));
    }
}
