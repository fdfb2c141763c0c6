package io.sallyport.store.catalog;

import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.FormerGateway;
import io.sallyport.store.catalog.Resource.Label;
import io.sallyport.store.catalog.Resource.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Tags and birthdays. A label goes with the resource that it is of. */
final class LabelRules {

    private final CatalogTable table;

    LabelRules(CatalogTable table) {
        this.table = table;
    }

    /** Adds the label to what a create makes; a retry makes nothing. */
    Decision label(Decision create, long now, SortedMap<String, String> tags, long index) {
        Optional<Decision> broken = broken(tags);
        if (broken.isPresent()) {
            return broken.get();
        }
        if (create.changes().isEmpty()
                || !(create.result()
                        instanceof CatalogResult.Applied(long version, Optional<Resource> made))
                || !(made.orElse(null) instanceof Owned owned)) {
            return create;
        }
        List<CatalogChange> changes = new ArrayList<>(create.changes());
        changes.add(
                new CatalogChange.Put(new Label(owned.key(), owned.tenant(), now, tags, index)));
        return new Decision(changes, create.result());
    }

    Decision put(CatalogCommand.PutTags command, long index) {
        Optional<Decision> broken = broken(command.tags());
        return broken.isPresent()
                ? broken.get()
                : changed(
                        command.tenant(),
                        command.resources(),
                        index,
                        tags -> tags.putAll(command.tags()));
    }

    Decision delete(CatalogCommand.DeleteTags command, long index) {
        return changed(
                command.tenant(),
                command.resources(),
                index,
                tags -> {
                    if (command.which().isEmpty()) {
                        tags.clear();
                    }
                    for (CatalogCommand.TagMatch match : command.which()) {
                        if (match.value().map(v -> v.equals(tags.get(match.key()))).orElse(true)) {
                            tags.remove(match.key());
                        }
                    }
                });
    }

    private Decision changed(
            TenantId tenant,
            List<String> resources,
            long index,
            Consumer<SortedMap<String, String>> change) {
        if (resources.size() > CatalogLimits.TAGGED_AT_ONCE) {
            return Decision.full("resources that are tagged at once", CatalogLimits.TAGGED_AT_ONCE);
        }
        List<CatalogChange> changes = new ArrayList<>();
        for (String key : resources.stream().distinct().toList()) {
            if (!isTaggable(tenant, key)) {
                return Decision.notFound(key);
            }
            Optional<Label> present = table.find(Label.class, Label.keyOf(key));
            SortedMap<String, String> tags =
                    new TreeMap<>(present.map(Label::tags).orElse(new TreeMap<>()));
            change.accept(tags);
            if (tags.size() > CatalogLimits.TAGS_PER_RESOURCE) {
                return Decision.full("tags of a resource", CatalogLimits.TAGS_PER_RESOURCE);
            }
            if (!tags.equals(present.map(Label::tags).orElse(new TreeMap<>()))) {
                long created = present.map(Label::createdEpochMillis).orElse(0L);
                changes.add(new CatalogChange.Put(new Label(key, tenant, created, tags, index)));
            }
        }
        return new Decision(
                changes,
                new CatalogResult.Applied(
                        changes.isEmpty() ? table.version() : index, Optional.empty()));
    }

    private boolean isTaggable(TenantId tenant, String key) {
        return table.owned(Owned.class, tenant, key).map(this::isTaggable).orElse(false);
    }

    private boolean isTaggable(Owned resource) {
        return !(resource instanceof ElasticIp eip && table.isPrivate(eip))
                && !(resource instanceof Label)
                && !(resource instanceof FormerGateway);
    }

    private static Optional<Decision> broken(SortedMap<String, String> tags) {
        if (tags.size() > CatalogLimits.TAGS_PER_RESOURCE) {
            return Optional.of(
                    Decision.full("tags of a resource", CatalogLimits.TAGS_PER_RESOURCE));
        }
        for (var tag : tags.entrySet()) {
            if (tag.getKey().isEmpty()
                    || tag.getKey().length() > CatalogLimits.TAG_KEY
                    || tag.getKey().startsWith("aws:")
                    || !isText(tag.getKey())) {
                return Optional.of(
                        Decision.invalid(
                                "tag.key",
                                tag.getKey(),
                                "1 to "
                                        + CatalogLimits.TAG_KEY
                                        + " characters of text, not starting with aws:"));
            }
            if (tag.getValue().length() > CatalogLimits.TAG_VALUE || !isText(tag.getValue())) {
                return Optional.of(
                        Decision.invalid(
                                "tag.value",
                                tag.getValue(),
                                "at most " + CatalogLimits.TAG_VALUE + " characters of text"));
            }
        }
        return Optional.empty();
    }

    /** What XML 1.0 can say, since that is how a tag is read back. */
    private static boolean isText(String text) {
        return text.codePoints()
                .allMatch(c ->
                        c == '\t'
                                || c == '\n'
                                || c == '\r'
                                || (c >= 0x20 && c <= 0xd7ff)
                                || (c >= 0xe000 && c <= 0xfffd)
                                || c >= 0x10000);
    }

    /** The same decision, with the labels of what it removes removed as well. */
    Decision withoutOrphans(Decision decision) {
        List<CatalogChange> changes = new ArrayList<>(decision.changes());
        for (CatalogChange change : decision.changes()) {
            if (change instanceof CatalogChange.Remove(String key)
                    && table.find(Label.class, Label.keyOf(key)).isPresent()) {
                changes.add(new CatalogChange.Remove(Label.keyOf(key)));
            }
        }
        return changes.size() == decision.changes().size()
                ? decision
                : new Decision(changes, decision.result());
    }
}
